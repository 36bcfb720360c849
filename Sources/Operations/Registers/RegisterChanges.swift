public import Domain
import Persistence

/// One event of a record as a person reads it: who, when, which field from what to what (ORG-2).
public struct RegisterChange: Sendable {
  public struct FieldChange: Sendable {
    public let name: String
    public let from, to: Value
  }

  public enum Value: Sendable, Hashable {
    case none
    /// A value of a person that was erased.
    case erased
    case text(String)
    case reference(id: String, name: String)
    /// A list or an object.
    case whole(JSONValue)
  }

  public let position: Int64
  /// `recorded archived restored forgotten merged absorbed unmerged released redirected moved returned`.
  public let event: String
  public let version: Int
  public let at: Instant
  public let actor: String
  public let actorName: String?
  public let fields: [FieldChange]
  /// The other record of a merge.
  public let other: (id: String, name: String)?
  public let reason: String?
  /// Of a record that was merged into this one.
  public let isAbsorbed: Bool
}

extension RegisterOperations {
  /// What was changed of a record and of what was merged into it, newest first. Values of people stand in it as long as they are
  /// kept, so it is a view of them.
  ///
  /// - Returns: at most `limit`; whether there were more.
  public func changes(
    _ register: Register, of id: String, limit: Int = 100, by actor: Actor
  ) async throws -> (changes: [RegisterChange], more: Bool) {
    guard try actor.require(.registerRead) == .all else { throw AccessError.notAllowed(.registerRead) }
    let description = register.description
    let all = try await company.database.read { db -> [RegisterChange] in
      guard try Journal.head(of: description.stream(id), in: db) != nil else { throw AccessError.notFound(description.streamKind) }
      let ids = [id] + (description.isMergeable ? try Family.absorbed(by: id, register, in: db) : [])
      return try RegisterChanges(description).read(ids, limit: limit + 1, in: db)
    }
    if description.isPersonal { company.views.note(.personalView, what: description.stream(id), by: actor, at: try company.clock()) }
    return (Array(all.prefix(limit)), all.count > limit)
  }
}

/// Folds streams and tells what each event changed.
struct RegisterChanges {
  let description: RegisterDescription

  init(_ description: RegisterDescription) { self.description = description }

  private struct Raw {
    let event: JournalEvent
    let fields: [(field: RegisterField, from: JSONValue?, to: JSONValue?)]
    let isAbsorbed: Bool
  }

  /// - Parameter ids: the record, then those that were merged into it.
  func read(_ ids: [String], limit: Int, in db: any SQLReader) throws -> [RegisterChange] {
    var raw: [Raw] = []
    for (place, id) in ids.enumerated() {
      var record = RegisterRecord()
      for event in try Journal.events(of: description.stream(id), in: db) {
        let before = record.values
        try record.apply(event, of: description)
        let fields = description.fields.compactMap { field -> (RegisterField, JSONValue?, JSONValue?)? in
          let (from, to) = (before[field.name], record.values[field.name])
          return from == to ? nil : (field, from, to)
        }
        raw.append(Raw(event: event, fields: fields, isAbsorbed: place > 0))
      }
    }
    raw = Array(raw.sorted { $0.event.sequence > $1.event.sequence }.prefix(limit))
    let words = try Words(raw.flatMap(\.fields), others: raw.compactMap { Self.other($0.event) }, description, in: db)
    let items = try JournalItems.items(raw.map(\.event)[...], in: db)
    return zip(raw, items).map { raw, item in
      let other = Self.other(raw.event)
      return RegisterChange(
        position: raw.event.sequence, event: raw.event.kind, version: raw.event.version,
        at: Instant(milliseconds: raw.event.occurred), actor: raw.event.actor, actorName: item.actorName,
        fields: raw.fields.map { .init(name: $0.field.name, from: words.value($0.from, $0.field), to: words.value($0.to, $0.field)) },
        other: other.map { ($0, words.names[description.register]?[$0] ?? $0) },
        reason: (try? JSONValue(parsing: raw.event.body))?["reason"]?.text, isAbsorbed: raw.isAbsorbed)
    }
  }

  /// Whom it was merged into, or who was merged into it.
  private static func other(_ event: JournalEvent) -> String? {
    switch event.kind {
    case RegisterEvent.merged, RegisterEvent.redirected: (try? JSONValue(parsing: event.body))?["into"]?.text
    case RegisterEvent.absorbed, RegisterEvent.released: (try? JSONValue(parsing: event.body))?["id"]?.text
    default: nil
    }
  }

  /// The record as it was at a version; nil where there was none.
  func record(_ id: String, at version: Int, in db: any SQLReader) throws -> [String: RegisterChange.Value]? {
    let events = try Journal.events(of: description.stream(id), in: db)
    guard events.count >= version, version > 0 else { return nil }
    let record = try RegisterRecord(description, events: Array(events.prefix(version)))
    let fields = description.fields.map { (field: $0, from: record.values[$0.name], to: JSONValue?.none) }
    let words = try Words(fields, others: [], description, in: db)
    return Dictionary(uniqueKeysWithValues: fields.map { ($0.field.name, words.value($0.from, $0.field)) })
  }

  /// What hashes and ids stand for, asked for with one statement a kind.
  private struct Words {
    var names: [Register: [String: String]] = [:]
    var people: [String: String] = [:]

    init(
      _ fields: [(field: RegisterField, from: JSONValue?, to: JSONValue?)], others: [String], _ description: RegisterDescription,
      in db: any SQLReader
    ) throws {
      var ids: [Register: Set<String>] = [description.register: Set(others)], hashes: Set<String> = []
      for (field, from, to) in fields {
        for text in [from?.text, to?.text].compactMap({ $0 }) {
          switch field.storage {
          case .reference(let register): ids[register, default: []].insert(text)
          case .personal: hashes.insert(text)
          case .plain: break
          }
        }
      }
      for (register, ids) in ids where !ids.isEmpty {
        guard !register.description.isPersonal else { continue }
        let these = OneOf("id", ids.sorted()), title = register == .equipment ? "serial_number" : "name"
        let found = try db.rows("SELECT id, \(title) FROM \(register.description.table) WHERE \(these.condition)", these.values) {
          ($0.text(0), $0.optionalText(1) ?? $0.text(0))
        }
        names[register] = Dictionary(found) { first, _ in first }
      }
      guard !hashes.isEmpty else { return }
      let these = OneOf("hash", hashes.sorted())
      let found = try db.rows("SELECT hash, value FROM personal WHERE \(these.condition) AND value IS NOT NULL", these.values) {
        ($0.text(0), $0.text(1))
      }
      people = Dictionary(found) { first, _ in first }
    }

    func value(_ json: JSONValue?, _ field: RegisterField) -> RegisterChange.Value {
      guard let json, json != .null else { return .none }
      switch (field.storage, json) {
      case (.personal, .text(let hash)): return people[hash].map { .text($0) } ?? .erased
      case (.reference(let register), .text(let id)): return .reference(id: id, name: names[register]?[id] ?? id)
      case (_, .text(let text)): return .text(text)
      case (_, .integer(let integer)): return .text(String(integer))
      default: return .whole(json)
      }
    }
  }
}
