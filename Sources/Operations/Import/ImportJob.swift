public import Domain
import FoundationEssentials
import Persistence

/// A file that somebody sent to be imported: looked at first, applied when they say so, both behind their back.
public struct ImportJob: Sendable {
  public enum State: String, Sendable, CaseIterable {
    /// Waits to be looked at.
    case waiting
    case checking
    /// Looked at: nothing is written yet.
    case checked
    /// Waits to be applied.
    case ordered
    case applying
    case done
    /// The file cannot be read, or what was right when it was looked at is not any more.
    case failed

    public var isUnderWay: Bool { [.waiting, .checking, .ordered, .applying].contains(self) }
  }

  public let id: String
  public let kind: ImportKind
  public let name: String
  public let state: State
  public let skipBad: Bool
  /// Of data; 0 while they are not counted.
  public let lines: Int
  /// Lines looked at or applied so far.
  public internal(set) var done = 0
  public let report: ImportJobReport?
  public let createdAt, movedAt: Instant
  let hash, staff: String

  /// For pages that are rendered without a database.
  init(state: State, name: String, kind: ImportKind, lines: Int, report: String?, at now: Instant) throws {
    (id, self.kind, self.name, self.state, skipBad, self.lines) = ("job", kind, name, state, false, lines)
    self.report = try report.map { try JSONDecoder().decode(ImportJobReport.self, from: Data($0.utf8)) }
    (createdAt, movedAt, hash, staff) = (now, now, "", "")
  }

  static let columns = "id, kind, name, state, skip_bad, lines, report, created, moved, hash, staff"

  init?(_ row: borrowing SQLRow) throws {
    guard let kind = ImportKind(rawValue: row.text(1)), let state = State(rawValue: row.text(3)) else { return nil }
    (id, self.kind, name, self.state, skipBad, lines) = (row.text(0), kind, row.text(2), state, row.bool(4), row.int(5))
    report = try row.optionalText(6).map { try JSONDecoder().decode(ImportJobReport.self, from: Data($0.utf8)) }
    (createdAt, movedAt) = (Instant(milliseconds: row.integer(7)), Instant(milliseconds: row.integer(8)))
    (hash, staff) = (row.text(9), row.text(10))
  }
}

/// What came of looking or applying, as it is kept.
public struct ImportJobReport: Sendable, Codable {
  public struct Row: Sendable, Codable {
    public let line: Int
    public let outcome: String
    public let cells: [String]
    public let problems: [Problem]
  }
  public struct Problem: Sendable, Codable {
    public let column: Int?
    public let field: String?
    public let english, chinese: String
  }
  public struct Note: Sendable, Codable {
    public let line: Int
    public let english, chinese: String
  }

  public var lines = 0, badLines = 0, added = 0, changed = 0, same = 0
  /// Lines that were applied before it was cut off.
  public var before = 0
  public var headings: [String] = [], rows: [Row] = [], notes: [Note] = []
  public var failure: KeptRefusal?

  init(_ failure: any Refusal) { self.failure = failure as? KeptRefusal ?? KeptRefusal(failure) }

  init(_ report: ImportReport) {
    (lines, badLines, added, before) = (report.lines, report.badLines, report.added, report.before)
    changed = report.dryRun ? report.wouldChange : report.changed
    same = report.found - changed
    headings = report.preview.headings
    rows = report.preview.rows.map { row in
      Row(
        line: row.line, outcome: row.outcome.rawValue, cells: row.cells,
        problems: row.problems.map { Problem(column: $0.column, field: $0.field, english: $0.english, chinese: $0.chinese) })
    }
    notes = report.notes.prefix(ImportPreview.badRows).map {
      Note(line: $0.line, english: $0.note.message(chinese: false), chinese: $0.note.message(chinese: true))
    }
  }

  var text: String { get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) } }
}

/// What keeps a file from being sent or applied.
public enum ImportJobError: Refusal, Hashable {
  case tooMany(Int)
  case notChecked
  case nothingRight
  case gone
  case underWay

  public var code: String {
    switch self {
    case .tooMany: "import-job.too-many"
    case .notChecked: "import-job.not-checked"
    case .nothingRight: "import-job.nothing-right"
    case .gone: "import-job.gone"
    case .underWay: "import-job.under-way"
    }
  }
  public var message: String {
    switch self {
    case .tooMany(let most): "You have \(most) files waiting already. Import or discard one of them first."
    case .notChecked: "This file has not been looked at yet, or was imported already. Look at its state."
    case .nothingRight: "No line of this file is right. Correct it and send it again."
    case .gone: "The file is kept for a day and is gone now. Send it again; what was applied of it is known."
    case .underWay: "This file is being worked on. Wait for its end."
    }
  }
  public var arguments: [String] { if case .tooMany(let most) = self { [String(most)] } else { [] } }
  public var category: RefusalCategory {
    switch self {
    case .tooMany: .tooMany
    case .notChecked, .nothingRight, .underWay: .conflict
    case .gone: .missing
    }
  }
}
