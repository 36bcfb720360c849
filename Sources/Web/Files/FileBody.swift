import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// A body piece by piece, as the connection gives it.
struct BodyPieces {
  private var iterator: RequestBody.AsyncIterator

  init(_ request: Request) { iterator = request.body.makeAsyncIterator() }

  mutating func next() async throws -> [UInt8]? {
    while let buffer = try await iterator.next() {
      if buffer.readableBytes > 0 { return Array(buffer.readableBytesView) }
    }
    return nil
  }
}

/// A file that comes with a call: its bytes as the body, or one part of a form.
enum FileBody {
  /// A phone at 200 kbit/s sends a photograph of 5 MB in 200 s; 50 MB may take three quarters of an hour.
  static func seconds(for bytes: Int) -> Int { 60 + bytes / 20_000 }
  /// Of a form's other fields and boundaries.
  static let formOverhead = 64 << 10

  static func length(of request: Request) -> Int? { request.headers[.contentLength].flatMap { Int($0) } }

  /// Streams the file to disk.
  ///
  /// - Parameters:
  ///   - fields: called with every plain field that comes before the file; what it throws refuses the file unread.
  /// - Throws: ``UploadRefusal``, `StorageRefusal`, ``WebRefusal``. Nothing is kept then.
  static func receive(
    _ request: Request, named given: String?, into files: FileOperations, by actor: Actor,
    field: @escaping @Sendable (String, String) throws -> Void = { _, _ in throw UploadRefusal.form }
  ) async throws -> UploadedFile {
    let length = length(of: request), type = request.headers[.contentType]
    let isForm = type?.lowercased().hasPrefix("multipart/") == true
    if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" { throw WebRefusal.contentEncoding }
    let most = files.fileBytes + (isForm ? formOverhead : 0)
    if let length, length > most { throw UploadRefusal.tooLarge(files.fileBytes) }
    let incoming = try await files.begin(size: length.map { min($0, files.fileBytes) }, by: actor)
    let seconds = seconds(for: length ?? files.fileBytes)
    do {
      let name = try await Deadline.within(seconds, else: UploadRefusal.tooSlow(seconds)) {
        isForm ? try await form(request, type ?? "", incoming, field) : try await raw(request, incoming)
      }
      return try await files.finish(incoming, name: given ?? name ?? "", by: actor)
    } catch {
      await incoming.discard()
      throw error
    }
  }

  /// One piece of an upload. Once all bytes are here nothing ends it, so what was late may be kept all the same: then that is answered.
  static func piece(
    of id: String, within seconds: Int, into files: FileOperations, by actor: Actor,
    _ work: @escaping @Sendable () async throws -> UploadState
  ) async throws -> UploadState {
    do { return try await Deadline.within(seconds, else: UploadRefusal.tooSlow(seconds), work) } catch UploadRefusal.tooSlow {
      guard let state = try? await files.upload(id, by: actor), state.file != nil else { throw UploadRefusal.tooSlow(seconds) }
      return state
    }
  }

  private static func raw(_ request: Request, _ incoming: IncomingFile) async throws -> String? {
    var pieces = BodyPieces(request)
    while let bytes = try await pieces.next() { try await incoming.write(bytes) }
    return request.headers[.contentDisposition].flatMap { Disposition($0).fileName }
  }

  /// - Returns: the file's name, as the form says it.
  static func form(
    _ request: Request, _ type: String, _ incoming: IncomingFile, _ field: @Sendable (String, String) throws -> Void
  ) async throws -> String? {
    var pieces = BodyPieces(request)
    guard var reader = MultipartReader(contentType: type, { try await pieces.next() }) else { throw UploadRefusal.form }
    var name: String?
    do {
      while let part = try await reader.next() {
        guard let fileName = part.fileName else {
          try field(part.name, try await reader.text())
          continue
        }
        guard name == nil else { throw UploadRefusal.form }
        name = fileName
        while let bytes = try await reader.bytes() { try await incoming.write(bytes) }
      }
    } catch is MultipartReader.Broken { throw UploadRefusal.form }
    guard let name else { throw UploadRefusal.form }
    return name
  }
}

/// `Content-Range: bytes 0-1048575/5242880` of a piece.
struct PieceRange: Hashable {
  let range: ClosedRange<Int>
  let total: Int

  init?(_ header: String?) {
    guard let header, header.lowercased().hasPrefix("bytes ") else { return nil }
    let parts = header.dropFirst("bytes ".count).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let total = Self.number(parts[1]) else { return nil }
    let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]), first <= last, last < total else {
      return nil
    }
    (range, self.total) = (first...last, total)
  }

  private static func number(_ text: Substring) -> Int? {
    guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
  }
}
