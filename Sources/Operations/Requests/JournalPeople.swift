import Domain
import Persistence

/// The people of the hospital whom events speak of, by what stands in the bodies: a contact of the register, or the hash of a name.
struct JournalPeople {
  private var names: [String: String] = [:]
  private static let kinds: Set = ["acknowledged", "agreed", "confirmed", "rejected", "remote-started"]

  /// Two queries, however many events.
  init(_ events: ArraySlice<JournalEvent>, in db: any SQLReader) throws {
    let people = events.compactMap(Self.person)
    let hashes = Set(people.compactMap(\.name)), contacts = Set(people.compactMap { $0.contact?.text }).sorted()
    if !hashes.isEmpty { names = try Personal.values(hashes, in: db) }
    guard !contacts.isEmpty else { return }
    let marks = contacts.map { _ in "?" }.joined(separator: ", ")
    let sql = "SELECT c.id, p.value FROM contact c JOIN personal p ON p.hash = c.name WHERE c.id IN (\(marks))"
    for (id, name) in try db.rows(sql, contacts.map { .text($0) }, { ($0.text(0), $0.text(1)) }) { names[id] = name }
  }

  /// Nil also where the name was erased.
  func name(in event: JournalEvent) -> String? {
    guard let person = Self.person(of: event) else { return nil }
    return person.name.flatMap { names[$0] } ?? person.contact.flatMap { names[$0.text] }
  }

  /// Ids of staff whom an event names beside its actor.
  static func staff(of event: JournalEvent) -> [String] {
    guard ["warned", "escalated", "escalation-answered"].contains(event.kind) else { return [] }
    return switch try? RequestEvent(kind: event.kind, schema: event.schema, body: event.body) {
    case .warned(let alarm), .escalated(let alarm): alarm.told.map(\.text)
    case .escalationAnswered(let answer): [answer.by.text] + [answer.to?.text].compactMap { $0 }
    default: []
    }
  }

  private static func person(of event: JournalEvent) -> Person? {
    guard kinds.contains(event.kind) else { return nil }
    return switch try? RequestEvent(kind: event.kind, schema: event.schema, body: event.body) {
    case .acknowledged(let word), .agreed(let word): word.contact
    case .confirmed(let confirmed): confirmed.contact
    case .rejected(let rejected): rejected.contact
    case .remoteStarted(let session): session.consent
    default: nil
    }
  }
}
