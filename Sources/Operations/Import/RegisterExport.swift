import Domain
import Persistence

/// A register as a CSV file that `weibao import` reads again: the same headings, the same words, references by their names (ORG-2).
public struct RegisterExport: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  /// Page by page, so that a large register needs no more memory than a small one. What is archived stays out.
  ///
  /// - Parameters:
  ///   - query: which records; a list's filters.
  ///   - chinese: headings and words in Chinese.
  ///   - write: gets the file piece by piece; the first has a byte order mark, by which spreadsheets know UTF-8.
  /// - Returns: how many records.
  /// - Throws: ``AccessError``, before anything is written.
  @discardableResult
  public func run(
    _ kind: ImportKind, chinese: Bool, _ query: RegisterQuery = RegisterQuery(), by actor: Actor, write: (String) async throws -> Void
  ) async throws -> Int {
    try actor.require(.export)
    let fields = kind.register.description.fields
    let headings = fields.map { kind.heading(of: $0.name, chinese: chinese) }
    try await company.logExport(of: kind.rawValue, by: actor)
    try await write("\u{FEFF}" + CSV.line(headings) + "\n")
    let registers = RegisterOperations(company)
    var query = query
    (query.limit, query.cursor) = (200, nil)
    var count = 0
    repeat {
      let page = try await registers.list(kind.register, query, by: actor)
      var text = ""
      for item in page.items {
        guard let json = try? JSONValue(parsing: item.json), json["forgotten"] != .bool(true) else { continue }
        text += CSV.line(fields.map { Self.harmless(Self.cell($0, json, chinese)) }) + "\n"
        count += 1
      }
      try await write(text)
      query.cursor = page.next
    } while query.cursor != nil
    return count
  }

  private static func cell(_ field: RegisterField, _ json: JSONValue, _ chinese: Bool) -> String {
    guard let value = json[field.name], value != .null else { return "" }
    if case .reference = field.storage { return value["name"]?.text ?? json[field.name + "Name"]?.text ?? value.text ?? "" }
    if case .word = field.field.type, let word = value.text { return chinese ? ImportWords.chinese(word) : word }
    if let items = value.array {
      return items.map { item in
        item.text ?? "\(item["name"]?.text ?? ""):\(item["expires"]?.text ?? "")"
      }.joined(separator: ";")
    }
    return value.text ?? value.integer.map { String($0) } ?? ""
  }

  private static let beginnings: Set<Character> = ["=", "+", "-", "@", "\t", "\r"]

  /// A spreadsheet takes `=…` for something to compute, and may run it: an apostrophe makes it text.
  static func harmless(_ cell: String) -> String {
    let bare = cell.drop { $0 == "'" }
    return bare.first.map(beginnings.contains) ?? false ? "'" + cell : cell
  }

  /// A cell of somebody else's file: one with its apostrophe already is what it is.
  static func harmlessAsRead(_ cell: String) -> String { restored(cell) == cell ? harmless(cell) : cell }

  /// What ``harmless(_:)`` was given.
  static func restored(_ cell: String) -> String {
    guard cell.first == "'", let next = cell.drop(while: { $0 == "'" }).first, beginnings.contains(next) else { return cell }
    return String(cell.dropFirst())
  }
}
