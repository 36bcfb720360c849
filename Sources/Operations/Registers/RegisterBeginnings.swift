import Domain
import Persistence

extension RegisterWriter {
  /// Many new records, with one statement a table for all of them. Each comes to be as ``create(_:id:in:)`` would make it.
  ///
  /// - Parameter records: checked: nothing required is missing, references are ids of records in use that belong together.
  func create(_ records: [(id: String, fields: Fields)], in db: any SQLWriter) throws {
    var people: [PersonalValue] = [], events: [JournalEvent] = []
    for (id, input) in records {
      let stream = description.stream(id)
      var wanted = input.values
      for field in description.fields where wanted[field.name] == nil || wanted[field.name] == .null { wanted[field.name] = field.fallback }
      if let fault = Divisions.settle(&wanted, current: { _ in nil }) { throw InputRefusal.invalid([.notADivision("district", fault)]) }
      var members: [JSONValue.Member] = []
      for field in description.fields {
        guard let value = wanted[field.name] else { continue }
        guard field.storage == .personal, case .text(let text) = value else {
          members.append(.init(name: field.name, value: value.json))
          continue
        }
        let person = PersonalValue(text, subject: stream, field: field.name, salt: chance.bytes(32))
        people.append(person)
        members.append(.init(name: field.name, value: .text(person.hash)))
      }
      let event = NewEvent(
        kind: RegisterEvent.recorded, schema: description.schema, body: JSONWriter.text(JSONValue.object(members)),
        occurred: now.milliseconds)
      events += Journal.chain([event], to: stream, after: nil, by: author, recorded: now.milliseconds)
    }
    try Personal.store(people, in: db)
    try Journal.insert(events, in: db)
    if let last = events.last {
      db.proveCommit(
        by: "SELECT 1 FROM journal WHERE stream = ? AND version = ? AND hash = ?",
        [.text(last.stream), .int(last.version), .text(last.hash)])
    }
    let rows = try zip(records, events).map { record, event in
      projector.row(id: record.id, try RegisterRecord(description, events: [event]))
    }
    do {
      try db.insert(rows.map(\.values), into: projector.table, columns: projector.columns)
    } catch DatabaseError.notUnique(let columns) {
      throw notUnique(columns)
    }
  }
}
