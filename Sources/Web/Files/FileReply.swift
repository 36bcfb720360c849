import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Operations

extension Reply {
  /// A file's bytes, from disk as the reader takes them: to be saved, never shown as a page of ours.
  static func file(_ bytes: FileBytes, _ view: AttachmentView, _ request: Request) -> Reply {
    var reply = Reply(body: .init())
    reply.headers[.contentType] = view.type
    reply.headers[.contentDisposition] = disposition("attachment", view.name ?? "file")
    reply.guardFile(tag: view.sha256)
    reply.headers[.acceptRanges] = "bytes"
    if reply.isKnown(to: request) { return reply.notModified }
    var range = 0..<bytes.size
    if let asked = request.headers[.range], request.headers[.ifRange].map({ $0 == reply.headers[.eTag] }) ?? true {
      switch ByteRange.read(asked, of: bytes.size) {
      case .whole: break
      case .part(let part):
        range = part
        reply.status = .partialContent
        reply.headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(bytes.size)"
      case .none:
        reply.status = .rangeNotSatisfiable
        reply.headers[.contentRange] = "bytes */\(bytes.size)"
        return reply
      }
    }
    let part = range
    reply.body = ResponseBody(contentLength: part.count) { writer in
      var place = part.lowerBound
      while place < part.upperBound {
        let piece = try await bytes.read(min(256 << 10, part.upperBound - place), at: place)
        // Shorter than it was when it was opened: the reader sees a body that is cut off.
        guard !piece.isEmpty else { throw AttachmentRefusal.bytesMissing }
        try await writer.write(ByteBuffer(bytes: piece))
        place += piece.count
      }
      try await writer.finish(nil)
    }
    return reply
  }

  static func picture(_ bytes: [UInt8], _ view: AttachmentView, side: Int, _ request: Request) -> Reply {
    var reply = Reply(body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    let isWebP = bytes.starts(with: Array("RIFF".utf8)), isPNG = bytes.starts(with: [0x89, 0x50])
    reply.headers[.contentType] = isWebP ? "image/webp" : isPNG ? "image/png" : "image/jpeg"
    reply.headers[.contentDisposition] = "inline"
    reply.guardFile(tag: "\(view.sha256)-\(side)")
    return reply.isKnown(to: request) ? reply.notModified : reply
  }

  /// Whoever may not see the case any more is asked again each time: kept, but not believed.
  private mutating func guardFile(tag: String) {
    headers[.eTag] = "\"\(tag)\""
    headers[.cacheControl] = "private, no-cache"
    headers[.contentSecurityPolicy] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    headers[HTTPField.Name("Cross-Origin-Resource-Policy")!] = "same-origin"  // the literal is a token
  }

  private func isKnown(to request: Request) -> Bool {
    guard let known = request.headers[.ifNoneMatch], let tag = headers[.eTag] else { return false }
    return known.split(separator: ",").contains { $0.filter { $0 != " " }.replacing("W/", with: "") == tag }
  }

  private var notModified: Reply {
    var reply = Reply(status: .notModified, body: .init())
    reply.headers = headers
    reply.headers[.contentType] = nil
    reply.headers[.contentDisposition] = nil
    return reply
  }

  /// RFC 6266 with RFC 8187: old readers get the ASCII of the name, others the whole.
  static func disposition(_ kind: String, _ name: String) -> String {
    let plain = String(name.map { $0.isASCII && !"\"\\%;".contains($0) && ($0.asciiValue ?? 0) >= 0x20 ? $0 : "_" })
    let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~".utf8)
    let digits = Array("0123456789ABCDEF".utf8)
    let encoded = name.utf8.flatMap { allowed.contains($0) ? [$0] : [0x25, digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return "\(kind); filename=\"\(plain)\"; filename*=UTF-8''\(String(decoding: encoded, as: UTF8.self))"
  }
}

/// `Range` with one part; several are answered with the whole, as RFC 9110 allows.
enum ByteRange: Hashable {
  case whole, none
  case part(Range<Int>)

  static func read(_ header: String, of size: Int) -> ByteRange {
    guard header.lowercased().hasPrefix("bytes="), !header.contains(",") else { return .whole }
    let ends = header.dropFirst("bytes=".count).filter { $0 != " " }.split(separator: "-", omittingEmptySubsequences: false)
    func number(_ text: Substring) -> Int? {
      (1...15).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil
    }
    guard ends.count == 2 else { return .whole }
    if ends[0].isEmpty {
      guard let last = number(ends[1]) else { return .whole }
      return last == 0 || size == 0 ? .none : .part(max(size - last, 0)..<size)
    }
    guard let first = number(ends[0]), ends[1].isEmpty || number(ends[1]) != nil else { return .whole }
    let last = number(ends[1]) ?? size - 1
    guard first <= last || ends[1].isEmpty else { return .whole }
    return first < size ? .part(first..<min(last + 1, size)) : .none
  }
}
