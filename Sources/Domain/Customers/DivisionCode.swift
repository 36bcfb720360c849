/// 行政区划代码: where in China something is, by GB/T 2260 in 6 digits; 9 add the township, 12 the village (ORG-5).
public struct DivisionCode: Hashable, Sendable, CustomStringConvertible {
  public enum Fault: Error, Hashable, Sendable {
    /// Not 6, 9 or 12 digits.
    case form
    /// No province has these first two digits.
    case province(String)
    /// Neither in force nor withdrawn, as far as the table of that edition knows.
    case unknown(String, edition: String)
    /// Another district than the one named beside it; what the code stands for.
    case otherDistrict(String)
  }

  public let description: String

  /// - Parameter text: narrow digits.
  public init(parsing text: String) throws(Fault) {
    guard [6, 9, 12].contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { throw .form }
    description = text
  }

  /// Province, prefecture and county; what is longer says where inside.
  public var county: String { String(description.prefix(6)) }
}

/// The divisions above the township, those in force and those withdrawn.
public struct DivisionTable: Hashable, Sendable {
  public struct Division: Hashable, Sendable {
    public let name: String
    public let isWithdrawn: Bool

    public init(name: String, isWithdrawn: Bool) { (self.name, self.isWithdrawn) = (name, isWithdrawn) }
  }

  public static let none = DivisionTable(edition: "", divisions: [:])

  /// When the table was right, such as `2026-06`.
  public let edition: String
  /// By their six digits.
  private let divisions: [String: Division]

  private init(edition: String, divisions: [String: Division]) { (self.edition, self.divisions) = (edition, divisions) }

  /// Reads the table's text; its form is told in the file's head. A line that is none of it is left out: a test reads the shipped one.
  public init(parsing text: String) {
    var edition = "", divisions: [String: Division] = [:]
    for line in text.split(separator: "\n") where line.first != "#" {
      let words = line.split(separator: " ")
      guard words.count > 1 else { continue }
      if words[0] == "edition" {
        edition = String(words[1])
        continue
      }
      let prefix = String(words[0]) + String(repeating: "0", count: max(0, 4 - words[0].utf8.count))
      if words[1] != "-" { divisions[prefix + "00"] = Division(name: String(words[1]), isWithdrawn: false) }
      var isWithdrawn = false
      for word in words.dropFirst(2) {
        if word == "|" {
          isWithdrawn = true
        } else {
          divisions[prefix + String(word.prefix(2))] = Division(name: String(word.dropFirst(2)), isWithdrawn: isWithdrawn)
        }
      }
    }
    self.init(edition: edition, divisions: divisions)
  }

  public var count: Int { divisions.count }

  /// - Throws: ``DivisionCode/Fault/province(_:)``, ``DivisionCode/Fault/unknown(_:edition:)``.
  public func division(_ code: DivisionCode) throws(DivisionCode.Fault) -> Division {
    let county = code.county, province = county.prefix(2)
    guard divisions[province + "0000"] != nil else { throw .province(String(province)) }
    if let known = divisions[county] { return known }
    // The districts of a municipality as a whole: 110100 is Beijing.
    if county.hasSuffix("00"), divisions.keys.contains(where: { $0.hasPrefix(county.prefix(4)) }), let whole = divisions[province + "0000"]
    {
      return whole
    }
    throw .unknown(county, edition: edition)
  }

  /// Whether people may call the place so: its own name with or without what lies above it or its last word (区, 县), or the name
  /// of a division within it where the code says no county.
  public func agrees(_ district: String, with code: DivisionCode) -> Bool {
    guard let known = try? division(code) else { return false }
    let county = code.county
    if Self.names(known.name, in: district) { return true }
    guard county.hasSuffix("00") else { return false }
    let prefix = county.hasSuffix("0000") ? county.prefix(2) : county.prefix(4)
    return divisions.contains { $0.key.hasPrefix(prefix) && Self.names($0.value.name, in: district) }
  }

  private static func names(_ name: String, in district: String) -> Bool {
    guard !district.contains(name) else { return true }
    // 余干 for 余干县, 广丰县 for what is 广丰区 today; never 县 for 沙县.
    func bare(_ text: String) -> String { text.count > 2 && text.last.map("区县市旗".contains) ?? false ? String(text.dropLast()) : text }
    return bare(district).hasSuffix(bare(name))
  }
}
