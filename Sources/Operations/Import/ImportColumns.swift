import Domain

/// What the first line says: the field of each column, or none.
struct ImportColumns: Sendable {
  /// The headings as they came.
  let headings: [String]
  /// In the order of ``headings``; nil where a column is left out.
  let fields: [RegisterField?]
  /// Where ``RefusedRows`` wrote why; left out when such a file comes back.
  let reasonColumn: Int?
  /// Whether the headings are Chinese: so is what is told of the lines.
  let isChinese: Bool

  static let reasons = (chinese: "原因", english: "reason")

  /// - Parameter ignored: headings of columns to leave out.
  /// - Throws: ``ImportRefusal/headings(_:)`` for a heading that is unknown, twice there or missing.
  init(_ kind: ImportKind, _ row: CSV.Row?, ignoring ignored: [String] = []) throws(ImportRefusal) {
    guard let row else { throw .empty }
    let ignored = Set(ignored.map(ImportKind.plain))
    var fields: [RegisterField?] = [], unknown: [String] = [], reasonColumn: Int?
    for (place, heading) in row.cells.enumerated() {
      let plain = ImportKind.plain(heading)
      if plain.isEmpty || ignored.contains(plain) {
        fields.append(nil)
      } else if let field = kind.field(heading: heading) {
        guard !fields.contains(where: { $0?.name == field.name }) else { throw .headings("“\(heading)” is there twice") }
        fields.append(field)
      } else {
        if plain == Self.reasons.chinese || plain == Self.reasons.english { reasonColumn = place } else { unknown.append(heading) }
        fields.append(nil)
      }
    }
    guard unknown.isEmpty else { throw .headings(Self.told(unknown, kind)) }
    let missing = kind.register.description.fields.filter { field in field.field.required && !fields.contains { $0?.name == field.name } }
    guard missing.isEmpty else {
      throw .headings("\(missing.map { "\($0.name) (\(kind.headings(of: $0.name).first ?? $0.name))" }.joined(separator: ", ")) is missing")
    }
    (headings, self.fields, self.reasonColumn) = (row.cells, fields, reasonColumn)
    isChinese = row.cells.contains { $0.unicodeScalars.contains { SearchText.isHan($0) } }
  }

  private static func told(_ unknown: [String], _ kind: ImportKind) -> String {
    let shown = unknown.prefix(10).map { String($0.prefix(40)) }
    let more = unknown.count > shown.count ? " and \(unknown.count - shown.count) more" : ""
    let names = shown.map { "“\($0)”" }.joined(separator: ", ")
    let options = shown.map { "--ignore \($0.contains(" ") ? "'\($0)'" : $0)" }.joined(separator: " ")
    return
      "\(names)\(more) \(unknown.count == 1 ? "is no heading" : "are no headings") of \(kind.rawValue); to leave such columns out, say \(options)"
  }
}
