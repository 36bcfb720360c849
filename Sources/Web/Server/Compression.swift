import CZlib
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Pages and what they load are sent packed: a slow line in a basement carries a fifth of the bytes.
///
/// Only whole bodies of text, and never the JSON interface: programs that call it stand near by, and its answers stay byte for byte.
enum Compression {
  /// Less than this is one packet anyway.
  static let least = 1_024
  static let most = 1 << 20
  private static let types = ["text/html", "text/css", "text/javascript", "image/svg+xml", "application/manifest+json"]

  static func pack(_ response: inout Response, for request: Request) async {
    guard !request.uri.path.hasPrefix("/api/"), let type = response.headers[.contentType], types.contains(where: type.hasPrefix),
      response.headers[.contentEncoding] == nil, let length = response.body.contentLength, (least...most).contains(length)
    else { return }
    add("Accept-Encoding", to: &response.headers)
    guard accepts(request.headers[.acceptEncoding]) else { return }
    let collected = Collected()
    guard (try? await response.body.write(collected)) != nil, let packed = packed(collected.bytes) else { return }
    response.headers[.contentEncoding] = "gzip"
    response.headers[.contentLength] = nil
    response.body = .init(byteBuffer: packed)
  }

  /// `gzip` without `q=0` (RFC 9110, 12.5.3).
  static func accepts(_ header: String?) -> Bool {
    (header ?? "").lowercased().split(separator: ",").contains { item in
      let parts = item.split(separator: ";").map { $0.filter { $0 != " " } }
      return parts.first == "gzip" && !parts.dropFirst().contains { $0.hasPrefix("q=0") && !$0.contains { ("1"..."9").contains($0) } }
    }
  }

  private static func add(_ name: String, to headers: inout HTTPFields) {
    let vary = headers[.vary]
    headers[.vary] = vary.map { "\($0), \(name)" } ?? name
  }

  /// Level 5: a list of 50 cases (60 kB) becomes a tenth in under a millisecond. Nil where zlib has no memory.
  static func packed(_ bytes: ByteBuffer) -> ByteBuffer? {
    var stream = z_stream()
    // 15 + 16: the largest window, in gzip's frame.
    let size = Int32(MemoryLayout<z_stream>.size)
    guard deflateInit2_(&stream, 5, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    var output = ByteBuffer()
    let room = Int(deflateBound(&stream, UInt(bytes.readableBytes)))
    let isWhole = bytes.withUnsafeReadableBytes { input in
      output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { space in
        // zlib reads through a pointer that it declares mutable, and leaves the bytes as they are.
        stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = space.bindMemory(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(space.count)
        return deflate(&stream, Z_FINISH) == Z_STREAM_END ? space.count - Int(stream.avail_out) : 0
      } > 0
    }
    return isWhole ? output : nil
  }

  /// Takes a body that would be sent.
  private final class Collected: ResponseBodyWriter, Sendable {
    private let buffer = Mutex(ByteBuffer())
    var bytes: ByteBuffer { buffer.withLock { $0 } }

    func write(_ part: ByteBuffer) async throws { buffer.withLock { _ = $0.writeImmutableBuffer(part) } }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
  }
}
