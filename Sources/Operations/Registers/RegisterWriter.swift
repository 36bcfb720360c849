import Domain
import Persistence

/// Writes records: checks what a record must be, appends its event, puts its row in place. Used by the API, the import and the
/// accounts, inside their transaction.
struct RegisterWriter {
  let description: RegisterDescription
  let projector: RegisterProjector
  let author: Author
  let now: Instant
  let chance: Chance

  init(_ register: Register, author: Author, at now: Instant, chance: Chance) {
    description = register.description
    projector = RegisterProjector(register)
    (self.author, self.now, self.chance) = (author, now, chance)
  }

  /// A new record with the input's fields and the description's fallbacks.
  func create(_ input: Fields, id: String, in db: any SQLWriter) throws {
    var record = RegisterRecord()
    var wanted = input.values
    for field in description.fields where wanted[field.name] == nil || wanted[field.name] == .null { wanted[field.name] = field.fallback }
    let missing = description.fields.filter { $0.field.required && wanted[$0.name] == nil }
    guard missing.isEmpty else { throw InputRefusal.invalid(missing.map { FieldProblem.missing($0.name) }) }
    try settle(&wanted, of: record)
    let changed = try changes(wanted, of: record, id: id, in: db)
    try append(RegisterEvent.recorded, .object(changed), to: &record, id: id, expecting: 0, in: db)
  }

  /// Only the given fields; null empties one. Nothing is appended where nothing differs.
  ///
  /// - Returns: whether anything differed.
  @discardableResult
  func change(_ input: Fields, id: String, expected: Int?, in db: any SQLWriter) throws -> Bool {
    var record = try existing(id, expected: expected, in: db)
    try requireUse(of: record)
    var wanted = input.values
    try settle(&wanted, of: record)
    let changed = try changes(wanted, of: record, id: id, in: db)
    guard !changed.isEmpty else { return false }
    try append(RegisterEvent.recorded, .object(changed), to: &record, id: id, expecting: record.version, in: db)
    return true
  }

  func archive(id: String, expected: Int?, in db: any SQLWriter) throws {
    var record = try existing(id, expected: expected, in: db)
    try requireUse(of: record)
    try append(RegisterEvent.archived, .object([]), to: &record, id: id, expecting: record.version, in: db)
  }

  func restore(id: String, expected: Int?, in db: any SQLWriter) throws {
    var record = try existing(id, expected: expected, in: db)
    if let into = record.merge?.path.last { throw RegisterError.merged(into: into) }
    guard record.archived else { throw RegisterError.notArchived }
    try append(RegisterEvent.restored, .object([]), to: &record, id: id, expecting: record.version, in: db)
  }

  private func requireUse(of record: RegisterRecord) throws(RegisterError) {
    if let into = record.merge?.path.last { throw .merged(into: into) }
    guard !record.archived else { throw .archived }
  }

  /// Notes that these personal values were erased.
  func forget(_ hashes: [String], id: String, in db: any SQLWriter) throws {
    var record = try existing(id, expected: nil, in: db)
    let body = JSONValue.object([.init(name: "hashes", value: .array(hashes.sorted().map { .text($0) }))])
    try append(RegisterEvent.forgotten, body, to: &record, id: id, expecting: record.version, in: db)
  }

  func existing(_ id: String, expected: Int?, in db: any SQLReader) throws -> RegisterRecord {
    let events = try Journal.events(of: description.stream(id), in: db)
    guard !events.isEmpty else { throw AccessError.notFound(description.streamKind) }
    let record = try RegisterRecord(description, events: events)
    if let expected, expected != record.version { throw RegisterError.changed(expected: expected, actual: record.version) }
    return record
  }

  private func settle(_ wanted: inout [String: FieldValue], of record: RegisterRecord) throws {
    guard description.field("divisionCode") != nil else { return }
    if let fault = Divisions.settle(&wanted, current: { record.values[$0]?.text }) {
      throw InputRefusal.invalid([.notADivision("district", fault)])
    }
  }

  /// The members of a `recorded` event: what differs, references as ids, personal values stored and hashed.
  private func changes(
    _ wanted: [String: FieldValue], of record: RegisterRecord, id: String, in db: any SQLWriter
  ) throws -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    var problems: [FieldProblem] = []
    for field in description.fields {
      guard let value = wanted[field.name] else { continue }
      if value == .null, field.field.required {
        problems.append(.null(field.name))
        continue
      }
      let current = record.values[field.name]
      var json = value.json
      switch field.storage {
      case .plain: break
      case .reference(let other):
        guard case .text(let text) = value else { break }
        guard let found = try RegisterNames.find(other, text, in: db), !found.archived || .text(found.id) == current else {
          problems.append(.noRecord(field.name, other))
          continue
        }
        json = .text(found.id)
      case .personal:
        guard case .text(let text) = value else { break }
        if let hash = current?.text, try Personal.value(hash, in: db) == text { continue }
        let hash = try Personal.store(
          text, subject: description.stream(id), field: field.name, salt: chance.bytes(32), in: db)
        json = .text(hash)
      }
      if json != current ?? .null { members.append(.init(name: field.name, value: json)) }
    }
    guard problems.isEmpty else { throw InputRefusal.invalid(problems) }
    try checkPlaces(members, of: record, in: db)
    return members
  }

  /// A site belongs to the customer named beside it, a department to both (ORG-5).
  private func checkPlaces(_ members: [JSONValue.Member], of record: RegisterRecord, in db: any SQLReader) throws {
    func value(_ name: String) -> String? { (members.first { $0.name == name }?.value ?? record.values[name])?.text }
    guard members.contains(where: { ["customer", "site", "department"].contains($0.name) }) else { return }
    for (place, table) in [("site", "site"), ("department", "department")] {
      guard description.field(place) != nil, let id = value(place) else { continue }
      let owner = try db.first("SELECT customer FROM \(table) WHERE id = ?", [.text(id)]) { $0.text(0) }
      // While a merged customer's places are on their way, some are there and some are not yet.
      let survivors = try [owner, value("customer")].map { try $0.map { try Family.survivor(of: $0, .customers, in: db) } }
      if survivors[0] != survivors[1] {
        throw InputRefusal.field(place, "It belongs to another customer. Check both.", code: "field.foreign-place")
      }
    }
  }

  func append(
    _ kind: String, _ body: JSONValue, to record: inout RegisterRecord, id: String, expecting: Int, in db: any SQLWriter
  ) throws {
    let event = NewEvent(
      kind: kind, schema: kind == RegisterEvent.recorded ? description.schema : 1, body: JSONWriter.text(body), occurred: now.milliseconds)
    let appended = try Journal.append(
      [event], to: description.stream(id), expecting: expecting, by: author, recorded: now.milliseconds, in: db)
    for event in appended { try record.apply(event, of: description) }
    do {
      try ProjectionWriter.upsert(projector.row(id: id, record), in: db)
    } catch DatabaseError.notUnique(let columns) {
      throw notUnique(columns)
    }
  }

  func notUnique(_ columns: String) -> RegisterError {
    let named = description.unique.first { fields in
      fields.allSatisfy { columns.contains(description.field($0)?.column ?? $0) }
    }
    return .notUnique(named ?? description.unique.last ?? [])
  }
}
