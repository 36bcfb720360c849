import Domain
import Foundation
import Persistence

/// Bytes one after another, from a file or out of an archive.
protocol ByteSource: AnyObject {
  /// - Returns: the next bytes, valid until the next call; nil at the end.
  func next() throws -> UnsafeRawBufferPointer?
}

/// A file, a megabyte at a time.
final class DiskBytes: ByteSource {
  private let path: String
  private let handle: FileHandle
  private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4_096)

  init(_ path: String) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else { throw MoveRefusal.cannotRead(path) }
    (self.path, self.handle) = (path, handle)
  }

  func next() throws -> UnsafeRawBufferPointer? {
    let count = read(handle.fileDescriptor, room.baseAddress, room.count)
    guard count >= 0 else { throw MoveRefusal.cannotRead(path) }
    return count == 0 ? nil : UnsafeRawBufferPointer(rebasing: room[..<count])
  }

  deinit { room.deallocate() }
}

/// A company's file as tables and their rows.
final class CompanyLines {
  struct Table {
    let name: String
    let columns: [String]
  }

  private let source: any ByteSource
  private var buffer: [UInt8] = []
  private var start = 0
  private(set) var number = 0
  private var table: Table?
  /// A line that was read and is no row of the table before it.
  private var title: JSONValue?
  /// Rows of each table as the end says; nil before the end.
  private(set) var end: JSONValue?

  /// Reads the head.
  ///
  /// - Throws: ``MoveRefusal`` for a file that is not ours, or a newer one's.
  init(_ source: any ByteSource) throws {
    self.source = source
    guard let head = try line(body: Self.json), head["format"]?.text == CompanyFile.format, head["version"]?.integer == CompanyFile.version
    else { throw MoveRefusal.damaged(line: 1, "this is no company's file") }
    let known = Set(Schema.migrations.map(\.name))
    let unknown = (head["migrations"]?.array ?? []).compactMap(\.text).filter { !known.contains($0) }
    guard unknown.isEmpty else { throw MoveRefusal.newer(unknown) }
    title = try line(body: Self.json)
  }

  /// The next table, once its predecessor's rows are read; nil at the end.
  func nextTable() throws -> Table? {
    guard let title else { throw MoveRefusal.damaged(line: number, "the end is missing") }
    guard let name = title["table"]?.text else {
      end = title
      return nil
    }
    let columns = title["columns"]?.array?.compactMap(\.text) ?? []
    // Names go into SQL: only ours may.
    guard CompanyFile.tables.contains(name), !columns.isEmpty,
      columns.allSatisfy({ $0.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F } })
    else { throw MoveRefusal.damaged(line: number, "there is no table \(name)") }
    let table = Table(name: name, columns: columns)
    (self.table, self.title) = (table, nil)
    return table
  }

  /// The table's next row; nil behind its last.
  func nextRow() throws -> [SQLValue]? {
    guard let table, title == nil else { return nil }
    let width = table.columns.count
    let found = try line { bytes -> (row: [SQLValue]?, title: JSONValue?) in
      guard bytes.first != UInt8(ascii: "{") else { return (nil, Self.json(bytes)) }
      return (RowText.values(bytes, width: width), nil)
    }
    if let title = found?.title {
      self.title = title
      return nil
    }
    guard let row = found?.row else { throw MoveRefusal.damaged(line: number, found == nil ? "the end is missing" : "not JSON") }
    guard row.count == width else { throw MoveRefusal.damaged(line: number, "a row of \(table.name) has other columns") }
    return row
  }

  private static func json(_ bytes: UnsafeRawBufferPointer) -> JSONValue? {
    try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
  }

  private func line<T>(body: (UnsafeRawBufferPointer) -> T?) throws -> T? {
    var searched = start
    while true {
      let found: (T?, Int)? = buffer.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress, let end = memchr(base + searched, 0x0A, bytes.count - searched) else { return nil }
        let length = UnsafeRawPointer(end) - (base + start)
        return (body(UnsafeRawBufferPointer(start: base + start, count: length)), start + length + 1)
      }
      if let (result, next) = found {
        start = next
        number += 1
        return result
      }
      buffer.removeFirst(start)
      (start, searched) = (0, buffer.count)
      guard let more = try source.next() else { return nil }
      buffer.append(contentsOf: more)
    }
  }
}
