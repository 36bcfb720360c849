/// What a scanner typed into the desk's box, or what a person did: a label of ours, the QR of a paper, a device's own code (UDI), or words.
public enum ScannedCode: Sendable, Hashable {
  /// The label on a machine: the secret of its link.
  case label(String)
  /// The number of a case.
  case number(String)
  case device(Device)
  case words(String)

  /// What stands on the type plate of a device (UDI): which product it is, and which one of these.
  public struct Device: Sendable, Hashable {
    /// As it was read, without what the scanner puts before it.
    public let text: String
    /// UDI-DI, a GTIN of 14 digits.
    public let identifier: String
    /// AI 21; several readings where the scanner left out what separates the parts.
    public let serials: [String]
    public let lot: String?
  }

  public init(_ text: String) {
    let text = text.trimmed
    let lower = text.lowercased()
    if lower.hasPrefix("weibao:") {
      self = .number(String(text.dropFirst("weibao:".count)).uppercased())
      return
    }
    if lower.hasPrefix("https://") || lower.hasPrefix("http://"), let path = Self.path(of: text), path.count == 2 {
      switch path[0] {
      case "requests":
        self = .number(path[1].uppercased())
        return
      case "m":
        self = .label(path[1])
        return
      default: break
      }
    }
    self = Device(text).map { .device($0) } ?? .words(text)
  }

  /// The parts of an address's path.
  private static func path(of address: String) -> [String]? {
    guard let start = address.firstRange(of: "://") else { return nil }
    let rest = address[start.upperBound...].prefix { $0 != "?" && $0 != "#" }
    return rest.split(separator: "/").dropFirst().map(String.init)
  }
}

extension ScannedCode.Device {
  /// Element strings of GS1: `(01)…(21)…` as people read them, or as a scanner gives them, with or without symbology identifier and separators.
  ///
  /// Source: GS1 General Specifications, 3.2; the national UDI rules take GS1, MA and AHM. The latter two carry no application identifiers, and are
  /// looked for as a whole.
  init?(_ scanned: String) {
    var text = scanned[...]
    for prefix in ["]d2", "]C1", "]e0", "]Q3", "]d1"] where text.hasPrefix(prefix) { text = text.dropFirst(prefix.count) }
    var elements: [String: [String]]?
    if text.hasPrefix("(01)") {
      elements = Self.bracketed(text)
    } else if text.hasPrefix("01"), text.utf8.count > 16 {
      elements = Self.plain(text)
    }
    guard let elements, let identifier = elements["01"]?.first, identifier.utf8.count == 14,
      identifier.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      Self.hasCheckDigit(identifier)
    else { return nil }
    self.init(text: String(text), identifier: identifier, serials: elements["21"] ?? [], lot: elements["10"]?.first)
  }

  private static func bracketed(_ text: Substring) -> [String: [String]] {
    var found: [String: [String]] = [:]
    for part in text.split(separator: "(") {
      guard let close = part.firstIndex(of: ")") else { continue }
      found[String(part[..<close]), default: []].append(String(part[part.index(after: close)...]).trimmed)
    }
    return found
  }

  /// Dates have a fixed length; lot and serial end at a separator, or where the next part begins, which without one nobody knows: all readings are tried.
  private static func plain(_ text: Substring) -> [String: [String]] {
    var found: [String: [String]] = [:], rest = text
    while rest.count > 2 {
      if rest.first == "\u{1D}" { rest = rest.dropFirst() }
      let mark = String(rest.prefix(2))
      rest = rest.dropFirst(2)
      switch mark {
      case "01":
        found["01"] = [String(rest.prefix(14))]
        rest = rest.dropFirst(14)
      case "11", "13", "15", "17": rest = rest.dropFirst(6)
      case "10", "21":
        let value = rest.prefix { $0 != "\u{1D}" }
        rest = rest.dropFirst(value.count)
        found[mark, default: []].append(String(value))
        if mark == "10", rest.isEmpty, found["21"] == nil { found["21"] = tails(after: "21", in: value) }
        if mark == "21", rest.isEmpty { found["21", default: []] += heads(before: ["10", "17", "11"], in: value) }
      default: return found
      }
    }
    return found
  }

  private static func tails(after mark: String, in value: Substring) -> [String] {
    value.ranges(of: mark).map { String(value[$0.upperBound...]) }.filter { !$0.isEmpty }
  }

  private static func heads(before marks: [String], in value: Substring) -> [String] {
    marks.flatMap { value.ranges(of: $0).map { String(value[..<$0.lowerBound]) } }.filter { !$0.isEmpty }.sorted { $0.count > $1.count }
  }

  /// The last digit of a GTIN proves the others; so a long serial number that begins with 01 stays a serial number.
  private static func hasCheckDigit(_ digits: String) -> Bool {
    let values = digits.utf8.map { Int($0) - 0x30 }
    let sum = zip(values.dropLast(), 0...).reduce(0) { $0 + $1.0 * ($1.1 % 2 == 0 ? 3 : 1) }
    return (10 - sum % 10) % 10 == values.last
  }
}
