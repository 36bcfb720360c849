import Domain

/// What a dry run shows of a file, line by line: the bad ones, and enough of the others to see that they were
/// understood.
public struct ImportPreview: Sendable {
  public enum Outcome: String, Sendable {
    case new, change, same, bad
    case leftOut = "left-out"
  }

  public struct Row: Sendable {
    public let line: Int
    public let outcome: Outcome
    /// As they came, the first ``columns`` of them.
    public let cells: [String]
    public let problems: [Problem]
  }

  public struct Problem: Sendable {
    /// Its place among the cells; nil where it concerns the line, or a column that is not there.
    public let column: Int?
    public let field: String?
    public let english, chinese: String
  }

  public static let badRows = 200
  public static let otherRows = 50
  public static let columns = 12
  static let cellLength = 80

  public private(set) var headings: [String] = []
  public private(set) var rows: [Row] = []
  private var bad = 0

  mutating func begin(_ columns: ImportColumns) {
    headings = columns.headings.prefix(Self.columns).map { String($0.prefix(Self.cellLength)) }
  }

  mutating func add(_ line: ImportLine, _ columns: ImportColumns, _ description: RegisterDescription) {
    let isBad = !line.problems.isEmpty
    guard isBad ? bad < Self.badRows : rows.count - bad < Self.otherRows else { return }
    if isBad { bad += 1 }
    let outcome: Outcome =
      isBad ? .bad : line.isLeftOut ? .leftOut : line.found.map { line.differs(from: $0, by: description) ? .change : .same } ?? .new
    let problems = line.problems.map { problem in
      Problem(
        column: columns.fields.firstIndex { $0 != nil && $0?.name == problem.field }, field: problem.field,
        english: problem.message(chinese: false), chinese: problem.message(chinese: true))
    }
    rows.append(
      Row(
        line: line.row.line, outcome: outcome, cells: line.row.cells.prefix(Self.columns).map { String($0.prefix(Self.cellLength)) },
        problems: problems))
  }
}
