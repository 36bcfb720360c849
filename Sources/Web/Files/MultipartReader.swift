import NIOCore

/// Reads `multipart/form-data` (RFC 7578) as it arrives: small fields whole, the bytes of a file piece by piece.
struct MultipartReader {
  struct Part: Hashable {
    let name: String
    /// As the form says; nil for a plain field.
    let fileName: String?
  }

  static let headLimit = 8 << 10, fieldLimit = 16 << 10, partLimit = 20

  private let source: () async throws -> [UInt8]?
  private var buffer: [UInt8] = []
  private var start = 0
  private let boundary: [UInt8]
  private var isAtEnd = false
  private var inPart = false
  private var parts = 0

  /// Nil when the content type is no form with files, or names no boundary.
  ///
  /// - Parameter source: the next bytes of the body; nil at its end.
  init?(contentType: String, _ source: @escaping () async throws -> [UInt8]?) {
    guard let boundary = Self.boundary(of: contentType) else { return nil }
    self.source = source
    self.boundary = Array("\r\n--\(boundary)".utf8)
    // The first boundary has no line break before it; with one it looks like the others.
    buffer = [13, 10]
  }

  static func boundary(of contentType: String) -> String? {
    let parts = contentType.split(separator: ";").map { $0.drop { $0 == " " } }
    guard parts.first?.lowercased().filter({ $0 != " " }) == "multipart/form-data" else { return nil }
    for part in parts.dropFirst() where part.lowercased().hasPrefix("boundary=") {
      let text = part.dropFirst("boundary=".count).filter { $0 != "\"" }
      guard (1...70).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else { return nil }
      return text
    }
    return nil
  }

  /// The next part's head; what was not read of the part before is passed over. Nil at the end of the form.
  ///
  /// - Throws: ``Broken``.
  mutating func next() async throws -> Part? {
    if parts == 0 { inPart = true }  // what stands before the first boundary
    while inPart { if try await bytes() == nil { break } }
    guard !isAtEnd else { return nil }
    parts += 1
    guard parts <= Self.partLimit else { throw Broken() }
    var lines: [String] = []
    var length = 0
    while true {
      let line = try await line(upTo: Self.headLimit - length)
      length += line.count + 2
      guard !line.isEmpty else { break }
      guard let text = String(validating: line, as: UTF8.self) else { throw Broken() }
      lines.append(text)
    }
    inPart = true
    for line in lines where line.lowercased().hasPrefix("content-disposition:") {
      let disposition = Disposition(String(line.dropFirst("content-disposition:".count)))
      guard let name = disposition.name else { throw Broken() }
      return Part(name: name, fileName: disposition.fileName)
    }
    throw Broken()
  }

  /// The next bytes of the part; nil at its end.
  mutating func bytes() async throws -> [UInt8]? {
    guard inPart else { return nil }
    while true {
      let pending = buffer[start...]
      if let place = Self.find(boundary, in: pending) {
        if place > start {
          defer { start = place }
          return Array(buffer[start..<place])
        }
        start += boundary.count
        inPart = false
        let tail = try await take(2)
        if tail == [0x2D, 0x2D] { isAtEnd = true } else if tail != [13, 10] { throw Broken() }
        return nil
      }
      // The end may be the beginning of a boundary.
      let safe = pending.count - boundary.count
      if safe > 0 {
        let end = start + safe
        defer { start = end }
        return Array(buffer[start..<end])
      }
      guard try await more() else { throw Broken() }
    }
  }

  /// A plain field's text.
  mutating func text() async throws -> String {
    var all: [UInt8] = []
    while let bytes = try await bytes() {
      all += bytes
      guard all.count <= Self.fieldLimit else { throw Broken() }
    }
    guard let text = String(validating: all, as: UTF8.self) else { throw Broken() }
    return text
  }

  struct Broken: Error {}

  private mutating func more() async throws -> Bool {
    guard let bytes = try await source() else { return false }
    buffer.removeFirst(start)
    start = 0
    buffer += bytes
    return true
  }

  private mutating func take(_ count: Int) async throws -> [UInt8] {
    while buffer.count - start < count { guard try await more() else { throw Broken() } }
    defer { start += count }
    return Array(buffer[start..<start + count])
  }

  private mutating func line(upTo limit: Int) async throws -> [UInt8] {
    while true {
      if let end = Self.find([13, 10], in: buffer[start...]) {
        defer { start = end + 2 }
        guard end - start <= limit else { throw Broken() }
        return Array(buffer[start..<end])
      }
      guard buffer.count - start <= limit, try await more() else { throw Broken() }
    }
  }

  private static func find(_ sought: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    bytes.withUnsafeBufferPointer { all in
      guard all.count >= sought.count else { return nil }
      let first = sought[0], last = all.count - sought.count
      var place = 0
      while place <= last {
        if all[place] == first {
          var same = 1
          while same < sought.count, all[place + same] == sought[same] { same += 1 }
          if same == sought.count { return bytes.startIndex + place }
        }
        place += 1
      }
      return nil
    }
  }
}

/// `form-data; name="file"; filename="x.jpg"`, also as `Content-Disposition` of a raw body.
struct Disposition {
  private(set) var name, fileName: String?

  init(_ text: String) {
    var extended: String?
    for item in Self.items(text).dropFirst() {
      guard let equals = item.firstIndex(of: "=") else { continue }
      let key = item[..<equals].lowercased().filter { $0 != " " }
      var value = String(item[item.index(after: equals)...])
      if value.hasPrefix("\""), value.hasSuffix("\""), value.count >= 2 {
        value = String(value.dropFirst().dropLast()).replacing("\\\"", with: "\"").replacing("%22", with: "\"")
      }
      switch key {
      case "name": name = value
      case "filename": fileName = value
      case "filename*" where value.lowercased().hasPrefix("utf-8''"):
        extended = String(value.dropFirst("utf-8''".count)).removingURLPercentEncoding()
      default: break
      }
    }
    fileName = extended ?? fileName
  }

  /// Split at semicolons outside quotation marks.
  private static func items(_ text: String) -> [String] {
    var items = [""], isQuoted = false, isEscaped = false
    for character in text {
      if isEscaped {
        isEscaped = false
      } else if character == "\\", isQuoted {
        isEscaped = true
      } else if character == "\"" {
        isQuoted.toggle()
      }
      if character == ";", !isQuoted {
        items.append("")
      } else if character != " " || isQuoted || items[items.count - 1].contains("=") {
        items[items.count - 1].append(character)
      }
    }
    return items
  }
}
