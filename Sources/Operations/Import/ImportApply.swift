import Domain
import Persistence

extension ImportOperations {
  /// A transaction is to take this long: a call waits behind one at most, and then it is its turn.
  private static let share = Duration.milliseconds(20)
  private static let batches = 8...ImportCheck.batch

  private struct Done: Sendable {
    var changes: [Watchers.Change] = []
    var added = 0, changed = 0, found = 0
    /// Without the time that it waited for its turn.
    var took = Duration.zero
  }

  /// Line after line in short transactions; each moves the run forward with its lines.
  ///
  /// - Parameters:
  ///   - left: the lines that are left out.
  ///   - refusedBefore: those that an earlier run left out. What is right by now is applied first; all other lines before are not
  ///     touched again, because somebody may have changed their records since.
  func apply(
    _ reader: CSVReader, _ check: ImportCheck, _ run: ImportRun, without left: Set<Int32>, but refusedBefore: Set<Int32>,
    _ report: inout ImportReport, _ progress: (Progress) -> Void
  ) async throws {
    var applied = report.before, batch = 32
    let clock = company.clock
    try await company.database.write { db in try run.begin(at: clock(), in: db) }
    var late: [(line: Int, row: CSV.Row)] = []
    for line in 0..<applied {
      guard let row = try reader.next() else { break }
      if refusedBefore.contains(Int32(line)), !left.contains(Int32(line)) { late.append((line, row)) }
      guard late.count == batch || (line + 1 == applied && !late.isEmpty) else { continue }
      let done = try await write(late.map(\.row), check, run, from: applied, to: applied, taking: late.map(\.line))
      try await take(done, &report)
      late = []
    }
    while case let rows = try reader.next(batch), !rows.isEmpty {
      let (from, to) = (applied, applied + rows.count)
      let wanted = rows.enumerated().filter { !left.contains(Int32(from + $0.offset)) }.map(\.element)
      let leaving = report.skippedBad ? (from..<to).filter { left.contains(Int32($0)) } : []
      let done = try await write(wanted, check, run, from: from, to: to, leaving: leaving)
      applied = to
      progress(.applied(applied, of: report.lines))
      if done.took > Self.share { batch = max(batch / 2, Self.batches.lowerBound) }
      if done.took < Self.share / 3 { batch = min(batch * 2, Self.batches.upperBound) }
      try await take(done, &report)
    }
    try await company.database.write { db in try run.end(in: db) }
  }

  /// Tells of it, and rests.
  private func take(_ done: Done, _ report: inout ImportReport) async throws {
    company.watchers.tell(done.changes)
    report.added += done.added
    report.changed += done.changed
    report.found += done.found
    try await Rest.after(done.took)
  }

  private func write(
    _ rows: [CSV.Row], _ check: ImportCheck, _ run: ImportRun, from: Int, to: Int, leaving: [Int] = [], taking: [Int] = []
  ) async throws -> Done {
    let clock = company.clock, chance = company.chance
    return try await company.database.write { db in
      let start = ContinuousClock.now
      let now = try clock()
      try run.move(from: from, to: to, at: now, in: db)
      try run.leave(leaving, but: taking, in: db)
      var done = Done()
      let writer = RegisterWriter(check.kind.register, author: check.actor.author, at: now, chance: chance)
      var new: [(id: String, fields: Fields)] = []
      // Once more: somebody may have archived or renamed what was there when the file was checked.
      for line in try check.lines(rows, in: db) {
        if let problem = line.problems.first { throw ImportRefusal.overtaken(line: line.row.line, problem.message) }
        guard let found = line.found else {
          let id: EquipmentID = chance.newID(at: now)
          new.append((id.text, Fields(line.values)))
          continue
        }
        done.found += 1
        guard line.differs(from: found, by: writer.description) else { continue }
        do {
          guard try writer.change(Fields(line.values), id: found.id, expected: nil, in: db) else { continue }
        } catch let refusal as any Refusal {
          throw ImportRefusal.overtaken(line: line.row.line, refusal.message)
        }
        done.changed += 1
        let stream = writer.description.stream(found.id)
        done.changes.append(.init(stream: stream, version: try Journal.head(of: stream, in: db)?.version ?? 0))
      }
      do { try writer.create(new, in: db) } catch let refusal as any Refusal {
        throw ImportRefusal.overtaken(line: rows.first?.line ?? 0, refusal.message)
      }
      done.added = new.count
      done.changes += new.map { .init(stream: writer.description.stream($0.id), version: 1) }
      done.took = start.duration(to: .now)
      return done
    }
  }
}

extension ImportLine {
  /// Whether the file says anything that the record does not; most lines of a second run say nothing new, and cost no look at a journal.
  func differs(from found: ImportLookup.Found, by description: RegisterDescription) -> Bool {
    description.fields.contains { field in
      guard let wanted = values[field.name] else { return false }
      return field.column(wanted.json) != (found.values[field.name] ?? .null)
    }
  }
}
