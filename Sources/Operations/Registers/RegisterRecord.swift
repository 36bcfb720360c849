import Domain
import Persistence

/// A record of a register as its events leave it.
struct RegisterRecord: Sendable, Hashable {
  /// By field name; personal values as their hashes, references as ids.
  private(set) var values: [String: JSONValue] = [:]
  private(set) var version = 0
  private(set) var archived = false

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
    case RegisterEvent.archived: archived = true
    case RegisterEvent.restored: archived = false
    case RegisterEvent.forgotten: break  // the hashes stay; their values are gone from table `personal`
    default: throw RegisterFault.unreadable(stream: event.stream, version: event.version)
    }
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
}

enum RegisterFault: Error, Hashable, CustomStringConvertible {
  case unreadable(stream: String, version: Int)

  var description: String {
    switch self {
    case .unreadable(let stream, let version): "Event \(version) of \(stream) cannot be read by this version of weibao."
    }
  }
}
