import Domain
import Persistence

/// Registers from a CSV file: the whole file is checked first, then applied in short transactions. It is read twice rather than held
/// in memory; what is held is a few hundred lines, and a few bytes for each line of the file.
public struct ImportOperations: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  public struct Options: Sendable {
    /// Check only.
    public var dryRun = false
    /// Apply the right lines although others are bad.
    public var skipBad = false
    /// Headings of columns to leave out.
    public var ignored: [String] = []

    public init(dryRun: Bool = false, skipBad: Bool = false, ignored: [String] = []) {
      (self.dryRun, self.skipBad, self.ignored) = (dryRun, skipBad, ignored)
    }

    /// By which a run of a file is found again: read in another way it is another run.
    func run(of hash: String) -> String {
      ([hash] + (skipBad ? ["skip-bad"] : []) + Set(ignored.map(ImportKind.plain)).sorted()).joined(separator: " ")
    }
  }

  /// How many lines of a file under way are applied.
  func applied(_ kind: ImportKind, _ hash: String, _ options: Options, in db: any SQLReader) throws -> Int {
    try ImportRun(file: options.run(of: hash), kind: kind).applied(in: db)
  }

  public enum Progress: Sendable, Hashable {
    case checked(Int)
    case applied(Int, of: Int)
  }

  /// Checks the file, and applies it when every line is right. A second run changes nothing; one that was stopped goes on where it was.
  ///
  /// - Parameters:
  ///   - refused: gets the bad lines as a file, piece by piece, before anything is applied; not called where there are none.
  /// - Throws: ``ImportRefusal`` when the file cannot be read as CSV or its headings are wrong.
  public func run(
    _ kind: ImportKind, _ file: ImportFile, _ options: Options = Options(), by actor: Actor,
    refused: ((String) throws -> Void)? = nil, progress: (Progress) -> Void = { _ in }
  ) async throws -> ImportReport {
    try actor.require(kind.register.writing)
    let text = try CSVText(file)
    let reader = try CSVReader(file, text)
    let columns = try ImportColumns(kind, try reader.next(), ignoring: options.ignored)
    let check = ImportCheck(kind: kind, columns: columns, actor: actor)
    let run = ImportRun(file: options.run(of: text.hash), kind: kind)
    var report = ImportReport(kind: kind, dryRun: options.dryRun)
    let earlier = try await company.database.read { db in (applied: try run.applied(in: db), refused: try run.refused(in: db)) }
    report.before = earlier.applied
    let bad = try await examine(
      reader, check, &report, but: earlier.refused, refused: refused.map { RefusedRows(columns, kind, write: $0) },
      progress)
    if options.dryRun || (report.badLines > 0 && !options.skipBad) { return report }
    report.skippedBad = report.badLines > 0
    let again = try CSVReader(file, text)
    _ = try again.next()
    try await apply(again, check, run, without: bad, but: earlier.refused, &report, progress)
    return report
  }

  /// The whole of it from memory.
  public func run(_ kind: ImportKind, _ bytes: [UInt8], dryRun: Bool, by actor: Actor) async throws -> ImportReport {
    try await run(kind, ImportFile(bytes), Options(dryRun: dryRun), by: actor)
  }

  /// - Parameter but: of the lines that an earlier run went through, those that it left out as bad. The others were right, and are
  ///   applied: what has become of their records since is nobody's mistake.
  /// - Returns: the lines that are not to be applied, by their place among the lines of data.
  private func examine(
    _ reader: CSVReader, _ check: ImportCheck, _ report: inout ImportReport, but refusedBefore: Set<Int32>, refused: RefusedRows?,
    _ progress: (Progress) -> Void
  ) async throws -> Set<Int32> {
    if report.dryRun { report.preview.begin(check.columns) }
    var refused = refused, seen = ImportSeen(check.kind), left: Set<Int32> = []
    while case let rows = try reader.next(ImportCheck.batch), !rows.isEmpty {
      let first = report.lines
      guard first + rows.count <= CSV.rowsLimit else { throw ImportRefusal.tooLarge }
      for (place, line) in try await company.database.read({ try check.lines(rows, in: $0) }).enumerated() {
        var line = line
        seen.check(&line)
        if first + place < report.before, !refusedBefore.contains(Int32(first + place)) { line.problems = [] }
        report.add(line)
        if !line.problems.isEmpty { try refused?.add(line) }
        if !line.problems.isEmpty || line.isLeftOut { left.insert(Int32(first + place)) }
        if report.dryRun, line.problems.isEmpty, !line.isLeftOut {
          if line.found == nil { report.added += 1 } else { report.found += 1 }
          if let found = line.found, line.differs(from: found, by: check.kind.register.description) { report.wouldChange += 1 }
        }
        if report.dryRun { report.preview.add(line, check.columns, check.kind.register.description) }
      }
      report.lines += rows.count
      progress(.checked(report.lines))
    }
    return left
  }
}

extension CSVReader {
  func next(_ count: Int) throws -> [CSV.Row] {
    var rows: [CSV.Row] = []
    while rows.count < count, let row = try next() { rows.append(row) }
    return rows
  }
}
