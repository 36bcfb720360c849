import CLinux
import Foundation
import Glibc

/// A file's bytes, mapped: what is not looked at takes no memory.
struct FileContent: Sendable {
  let data: Data
  let head: [UInt8]
  var size: Int { data.count }

  init(_ path: String) throws {
    data = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
    head = Array(data.prefix(FileSignature.length))
  }

  init(_ bytes: [UInt8]) {
    data = Data(bytes)
    head = Array(bytes.prefix(FileSignature.length))
  }

  /// Where `pattern` stands, from `start` on.
  func first(_ pattern: [UInt8], from start: Int = 0) -> Int? {
    guard start < data.count else { return nil }
    return data.withUnsafeBytes { all in
      guard let base = all.baseAddress, let found = memmem(base + start, all.count - start, pattern, pattern.count) else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  /// Whether a place of `pattern` satisfies `body`.
  func contains(_ pattern: [UInt8], where body: (Int) -> Bool = { _ in true }) -> Bool {
    var start = 0
    while let place = first(pattern, from: start) {
      if body(place) { return true }
      start = place + 1
    }
    return false
  }

  /// Little-endian; nil beyond the end.
  func little(_ count: Int, at place: Int) -> Int? {
    guard place >= 0, place + count <= size else { return nil }
    return (0..<count).reduce(0) { $0 | Int(self[place + $1]) << (8 * $1) }
  }

  func big(_ count: Int, at place: Int) -> Int? {
    guard place >= 0, place + count <= size else { return nil }
    return (0..<count).reduce(0) { $0 << 8 | Int(self[place + $1]) }
  }

  func text(_ count: Int, at place: Int) -> String? {
    guard place >= 0, place + count <= size else { return nil }
    return String(decoding: (0..<count).map { self[place + $0] }, as: UTF8.self)
  }

  subscript(place: Int) -> UInt8 { data[data.startIndex + place] }
}

/// Waits on a thread of its own: neither the pool nor an event loop may.
func onOwnThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
  }
}
