/// What came of it.
public struct ImportReport: Sendable, JSONWritable {
  public struct Problem: Sendable, Hashable {
    public let line: Int
    public let field: String?
    let trouble: ImportTrouble
    public var message: String { message(chinese: false) }

    public func message(chinese: Bool) -> String { trouble.message(chinese: chinese) }
  }

  public struct Note: Sendable, Hashable {
    public let line: Int
    let note: ImportNote
    public var message: String { note.message(chinese: false) }
  }

  /// Problems and notes kept one by one; what is more is counted.
  public static let kept = 1_000

  public let kind: ImportKind
  public let dryRun: Bool
  /// Lines of data.
  public internal(set) var lines = 0
  /// What is wrong, in the order of the lines, at most ``kept``. Where there is any and bad lines are not skipped, nothing was written.
  public internal(set) var problems: [Problem] = []
  public internal(set) var notes: [Note] = []
  /// Lines with a problem, all of them.
  public internal(set) var badLines = 0
  /// Whether the bad lines were left out and the others applied.
  public internal(set) var skippedBad = false
  /// Lines that an earlier run of this file had applied.
  public internal(set) var before = 0
  public internal(set) var added = 0
  /// Lines whose record was there already; `changed` of them differed.
  public internal(set) var found = 0
  public internal(set) var changed = 0
  /// Of a dry run: what would come of the lines.
  public internal(set) var preview = ImportPreview()
  /// Of a dry run: lines whose record is there and would change.
  public internal(set) var wouldChange = 0

  init(kind: ImportKind, dryRun: Bool) { (self.kind, self.dryRun) = (kind, dryRun) }

  mutating func add(_ line: ImportLine) {
    if !line.problems.isEmpty { badLines += 1 }
    problems += line.problems.prefix(Self.kept - problems.count)
    notes += line.notes.prefix(Self.kept - notes.count)
  }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("kind", kind.rawValue)
      json.field("dryRun", dryRun)
      json.field("lines", lines)
      json.field("badLines", badLines)
      json.field("appliedBefore", before)
      json.field("added", added)
      json.field("changed", changed)
      json.field("unchanged", dryRun ? found : found - changed)
      json.array("problems", problems) { json, problem in
        json.object { json in
          json.field("line", problem.line)
          json.field("field", problem.field)
          json.field("message", problem.message)
        }
      }
      json.array("notes", notes) { json, note in
        json.object { json in
          json.field("line", note.line)
          json.field("message", note.message)
        }
      }
    }
  }
}
