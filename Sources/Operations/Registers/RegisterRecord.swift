import Domain
import Persistence

/// A record of a register as its events leave it.
struct RegisterRecord: Sendable, Hashable {
  /// By field name; personal values as their hashes, references as ids.
  private(set) var values: [String: JSONValue] = [:]
  private(set) var version = 0
  private(set) var archived = false
  private(set) var merge: Merge?
  /// Where it was before it moved along with merged customers: the fields that changed since. However often it moved, it goes back
  /// there, and from there to wherever its customer has gone meanwhile.
  private(set) var home: [String: JSONValue]?

  /// Merged into another record.
  struct Merge: Sendable, Hashable {
    /// Whom it was merged into; then whom that one was merged into. The last is in use.
    var path: [String]
    let at: Int64
    let by, reason: String?
  }

  static let places = ["customer", "site", "department"]

  /// Lists leave it out, and nothing new refers to it.
  var isOutOfUse: Bool { archived || merge != nil }

  init() {}

  /// - Throws: ``RegisterFault/unreadable(stream:version:)``: the journal holds an event that this program cannot read.
  init(_ description: RegisterDescription, events: [JournalEvent]) throws {
    for event in events { try apply(event, of: description) }
  }

  mutating func apply(_ event: JournalEvent, of description: RegisterDescription) throws {
    version = event.version
    switch event.kind {
    case RegisterEvent.recorded:
      guard let body = try? JSONValue(parsing: event.body), event.schema <= description.schema,
        let members = (event.schema < description.schema ? description.upcast(body, event.schema) : body).members
      else { throw RegisterFault.unreadable(stream: event.stream, version: event.version) }
      for member in members { values[member.name] = member.value == .null ? nil : member.value }
      // Somebody has said anew whose it is: no undoing takes that back.
      if members.contains(where: { Self.places.contains($0.name) }) { home = nil }
    case RegisterEvent.merged:
      let into = try text("into", event)
      merge = Merge(path: [into], at: event.occurred, by: event.actor, reason: (try? JSONValue(parsing: event.body))?["reason"]?.text)
    case RegisterEvent.redirected:
      let into = try text("into", event)
      guard var path = merge?.path else { throw RegisterFault.unreadable(stream: event.stream, version: event.version) }
      if path.dropLast().last == into { path.removeLast() } else { path.append(into) }
      merge?.path = path
    case RegisterEvent.unmerged: merge = nil
    case RegisterEvent.absorbed, RegisterEvent.released: break  // what they say stands in the other stream
    case RegisterEvent.moved, RegisterEvent.returned:
      guard let members = (try? JSONValue(parsing: event.body))?["to"]?.members else {
        throw RegisterFault.unreadable(stream: event.stream, version: event.version)
      }
      if event.kind == RegisterEvent.moved {
        let before = members.map { ($0.name, values[$0.name] ?? .null) }
        home = (home ?? [:]).merging(before) { first, _ in first }
      }
      for member in members { values[member.name] = member.value == .null ? nil : member.value }
      if home?["customer"] == values["customer"] { home = nil }
    case RegisterEvent.archived: archived = true
    case RegisterEvent.restored: archived = false
    case RegisterEvent.forgotten: break  // the hashes stay; their values are gone from table `personal`
    default: throw RegisterFault.unreadable(stream: event.stream, version: event.version)
    }
  }

  private func text(_ name: String, _ event: JournalEvent) throws -> String {
    guard let text = (try? JSONValue(parsing: event.body))?[name]?.text else {
      throw RegisterFault.unreadable(stream: event.stream, version: event.version)
    }
    return text
  }
}

/// The events of every register.
enum RegisterEvent {
  /// Only the changed fields; null empties one.
  static let recorded = "recorded"
  static let archived = "archived"
  static let restored = "restored"
  /// `{"hashes": [...]}`: these personal values were erased.
  static let forgotten = "forgotten"
  /// `{"into", "reason", "differs"}`: this record is another; `{"into", "cause"}` where a customer's merge brought it about.
  static let merged = "merged"
  /// `{"id", "reason"}`: the other side of it.
  static let absorbed = "absorbed"
  /// `{"into", "cause"}`: what it was merged into was merged itself, or is on its own again.
  static let redirected = "redirected"
  /// `{"reason"}`, and `released{"id", "reason"}` on the other: two again.
  static let unmerged = "unmerged"
  static let released = "released"
  /// `{"to", "cause"}`: along with its customer; `returned` is the way back.
  static let moved = "moved"
  static let returned = "returned"
}

enum RegisterFault: Error, Hashable, CustomStringConvertible {
  case unreadable(stream: String, version: Int)

  var description: String {
    switch self {
    case .unreadable(let stream, let version): "Event \(version) of \(stream) cannot be read by this version of weibao."
    }
  }
}
