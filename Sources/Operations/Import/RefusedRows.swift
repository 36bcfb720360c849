/// The bad lines as a file of their own: the headings and cells as they came, and why. It can be corrected and imported as it is.
struct RefusedRows {
  let columns: ImportColumns
  let kind: ImportKind
  /// Gets the file piece by piece.
  let write: (String) throws -> Void
  private var isBegun = false

  init(_ columns: ImportColumns, _ kind: ImportKind, write: @escaping (String) throws -> Void) {
    (self.columns, self.kind, self.write) = (columns, kind, write)
  }

  mutating func add(_ line: ImportLine) throws {
    if !isBegun {
      // By the byte order mark spreadsheets know UTF-8.
      try write("\u{FEFF}" + CSV.line(withoutReason(columns.headings) + [heading]) + "\n")
      isBegun = true
    }
    let cells = line.row.cells + Array(repeating: "", count: max(0, columns.headings.count - line.row.cells.count))
    let reason = line.problems.map(told).joined(separator: columns.isChinese ? "；" : "; ")
    try write(CSV.line((withoutReason(cells) + [reason]).map(RegisterExport.harmlessAsRead)) + "\n")
  }

  private var heading: String { columns.isChinese ? ImportColumns.reasons.chinese : ImportColumns.reasons.english }

  /// With the heading that the file itself has for the field.
  private func told(_ problem: ImportReport.Problem) -> String {
    let message = problem.message(chinese: columns.isChinese)
    guard let name = problem.field else { return message }
    let place = columns.fields.firstIndex { $0?.name == name }
    let heading = place.map { columns.headings[$0] } ?? (columns.isChinese ? kind.headings(of: name).first ?? name : name)
    return columns.isChinese ? "\(heading)：\(message)" : "\(heading): \(message)"
  }

  /// The reasons of an earlier refusal are not carried along.
  private func withoutReason(_ cells: [String]) -> [String] {
    guard let place = columns.reasonColumn, cells.indices.contains(place) else { return cells }
    return Array(cells[..<place] + cells[(place + 1)...])
  }
}
