/// A template in the part of Mustache that the pages use, made flat once: `{{value}}`, `{{#section}}`, `{{^none}}`, `{{>partial}}`,
/// `{{<parent}}` with `{{$block}}`. Every value is escaped; there is no way to write one raw.
///
/// Why our own: swift-mustache asks for conformances at every tag and escapes by character (a list of 50 rows: 3.8 ms against the
/// mark of 1.5 ms). A test renders every page with both and compares.
struct Template: Sendable {
  indirect enum Piece: Sendable {
    case text([UInt8])
    case value(String)
    /// Once for every item of a list, once for a value that is there; inverted, where there is none.
    case section(String, isInverted: Bool, [Piece])
  }

  struct Broken: Error, CustomStringConvertible {
    let description: String
  }

  let pieces: [Piece]

  /// - Throws: ``Broken`` when a section is not closed, or a template is missing.
  init(_ name: String, of sources: [String: String]) throws(Broken) {
    var parser = try TemplateParser(name, sources)
    pieces = try parser.pieces(until: nil)
  }

  func render(_ page: any PageValue) -> String {
    var output = Output()
    output.write(pieces, [page])
    return String(decoding: output.bytes, as: UTF8.self)
  }

  private struct Output {
    var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(1 << 16) }

    mutating func write(_ pieces: [Piece], _ values: [any PageValue]) {
      for piece in pieces {
        switch piece {
        case .text(let text): bytes += text
        case .value(let name): write(found(name, values))
        case .section(let name, let isInverted, let pieces):
          let value = found(name, values)
          if isInverted {
            if !isThere(value) { write(pieces, values) }
          } else {
            write(pieces, values, for: value)
          }
        }
      }
    }

    /// The innermost value that knows the name.
    private func found(_ name: String, _ values: [any PageValue]) -> Any? {
      for value in values.reversed() {
        if let found = value.child(named: name) { return found }
      }
      return nil
    }

    private func isThere(_ value: Any?) -> Bool {
      switch value {
      case nil: false
      case let flag as Bool: flag
      case let text as String: !text.isEmpty
      case let items as any Collection: !items.isEmpty
      default: true
      }
    }

    private mutating func write(_ pieces: [Piece], _ values: [any PageValue], for value: Any?) {
      switch value {
      case nil: break
      case let flag as Bool: if flag { write(pieces, values) }
      case let text as String: if !text.isEmpty { write(pieces, values) }
      case let item as any PageValue: write(pieces, values + [item])
      case let items as [any PageValue]: for item in items { write(pieces, values + [item]) }
      default: write(pieces, values)
      }
    }

    private mutating func write(_ value: Any?) {
      guard let value else { return }
      var text = value as? String ?? "\(value)"
      text.withUTF8 { utf8 in
        var start = 0
        for index in utf8.indices {
          guard let escape = Self.escape(utf8[index]) else { continue }
          bytes += utf8[start..<index]
          bytes += escape.utf8
          start = index + 1
        }
        bytes += utf8[start...]
      }
    }

    private static func escape(_ byte: UInt8) -> String? {
      switch byte {
      case UInt8(ascii: "<"): "&lt;"
      case UInt8(ascii: ">"): "&gt;"
      case UInt8(ascii: "&"): "&amp;"
      case UInt8(ascii: "\""): "&quot;"
      case UInt8(ascii: "'"): "&#39;"
      default: nil
      }
    }
  }
}

/// Reads one template; parents and partials are put in place while reading.
private struct TemplateParser {
  private enum Token {
    case text(String)
    case tag(Character?, String)
  }

  private let name: String
  private let sources: [String: String]
  private let blocks: [String: [Template.Piece]]
  private var tokens: ArraySlice<Token>

  /// - Parameter blocks: what a child puts in place of the parent's own blocks.
  init(_ name: String, _ sources: [String: String], blocks: [String: [Template.Piece]] = [:]) throws(Template.Broken) {
    guard let source = sources[name] else { throw Template.Broken(description: "there is no template \(name)") }
    (self.name, self.sources, self.blocks) = (name, sources, blocks)
    var tokens: [Token] = [], rest = source[...]
    while let open = rest.firstRange(of: "{{") {
      guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
        throw Template.Broken(description: "template \(name) has a tag without an end")
      }
      tokens.append(.text(String(rest[..<open.lowerBound])))
      let tag = rest[open.upperBound..<close.lowerBound], first = tag.first
      let kind = first.flatMap { "#^/<$>".contains($0) ? $0 : nil }
      tokens.append(.tag(kind, String(kind == nil ? tag : tag.dropFirst())))
      rest = rest[close.upperBound...]
    }
    self.tokens = tokens[...] + [.text(String(rest))]
  }

  mutating func pieces(until end: String?) throws(Template.Broken) -> [Template.Piece] {
    var pieces: [Template.Piece] = []
    while let token = tokens.popFirst() {
      switch token {
      case .text(let text): if !text.isEmpty { pieces.append(.text(Array(text.utf8))) }
      case .tag(nil, let value): pieces.append(.value(value))
      case .tag("#", let section): pieces.append(.section(section, isInverted: false, try self.pieces(until: section)))
      case .tag("^", let section): pieces.append(.section(section, isInverted: true, try self.pieces(until: section)))
      case .tag(">", let partial):
        var parser = try TemplateParser(partial, sources, blocks: blocks)
        pieces += try parser.pieces(until: nil)
      case .tag("$", let block):
        let own = try self.pieces(until: block)
        pieces += blocks[block] ?? own
      case .tag("<", let parent):
        var parser = try TemplateParser(parent, sources, blocks: try overrides(until: parent))
        pieces += try parser.pieces(until: nil)
      case .tag(_, let closed):
        guard closed == end else { throw Template.Broken(description: "template \(name) closes \(closed), which is not open") }
        return pieces
      }
    }
    guard end == nil else { throw Template.Broken(description: "template \(name) does not close \(end ?? "")") }
    return pieces
  }

  private mutating func overrides(until end: String) throws(Template.Broken) -> [String: [Template.Piece]] {
    var found: [String: [Template.Piece]] = [:]
    while let token = tokens.popFirst() {
      switch token {
      case .tag("$", let block): found[block] = try pieces(until: block)
      case .tag("/", end): return found.merging(blocks) { _, outer in outer }
      default: break  // between blocks there is only white space
      }
    }
    throw Template.Broken(description: "template \(name) does not close \(end)")
  }
}
