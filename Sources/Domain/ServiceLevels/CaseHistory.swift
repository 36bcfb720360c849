/// The history of a case as a file tells it, to run clocks over it (`sla replay`). Derives no events: the case names each.
public struct CaseHistory: Hashable, Sendable {
  public let attributes: [String: String]
  /// In order of (`at`, place in the file); `reported` at the head of the file stands before all of its instant.
  public let timeline: [ClockEvent]

  /// What the journal and the interface say of an event beside; no clock looks at it.
  private static let notes = [
    "actor", "audience", "behalf", "by", "cause", "channel", "consent", "contact", "description", "device", "due", "engineer", "equipment",
    "files", "from", "how", "id", "into", "lateReason", "level", "message", "number", "occurred", "occurredAt", "part", "photos", "place",
    "plannedAt", "purpose", "rating", "readings", "recorded", "remedy", "result", "schema", "signature", "summary", "target", "text", "to",
    "tool", "version", "work-order", "workOrder", "note", "notes",
  ]
  /// What the interface says of a case beside.
  private static let beside = [
    "acceptedBy", "branch", "channel", "contact", "description", "equipment", "harm", "id", "level", "model", "name", "note", "notes",
    "number", "owner", "policy", "serialNumber", "state", "steps", "summary", "version", "workOrders",
  ]

  /// - Throws: ``PolicyError/at(line:entry:_:)`` for the first thing that is wrong.
  public init(document: DocumentNode) throws(PolicyError) {
    let file = try DocumentFields(
      document, keys: ["reported", "events"] + CaseWords.attributes + Self.beside, entry: nil)
    var attributes = try Self.attributes(file)
    // INT-8: a case is normal unless somebody says emergency.
    attributes["urgency"] = attributes["urgency"] ?? Urgency.normal.rawValue
    self.attributes = attributes
    var events: [ClockEvent] = []
    if let reported = try file.instant("reported") { events.append(ClockEvent(at: reported, event: "reported")) }
    for (place, node) in try file.list("events", limit: 100_000).enumerated() {
      events.append(try Self.event(node, "event \(place + 1)"))
    }
    guard !events.isEmpty else { throw file.refusal("reported", .missingKey("reported")) }
    // `sort` promises nothing about equals, so the place decides among them.
    timeline = events.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }

  private static func event(_ node: DocumentNode, _ entry: String) throws(PolicyError) -> ClockEvent {
    let keys = ["at", "event", "reason", "attributes"] + CaseWords.attributes + notes
    let fields = try DocumentFields(node, keys: keys, entry: entry)
    let at = try fields.require("at", fields.instant("at"))
    let event = try fields.require("event", fields.text("event"))
    guard CaseWords.events.contains(event) else {
      throw fields.refusal("event", .unknownWord(key: "event", event, allowed: CaseWords.events))
    }
    var attributes: [String: String] = [:]
    if event == "changed" {
      attributes = try Self.changes(fields, of: node)
      if let nested = fields.node("attributes") {
        attributes.merge(try Self.changes(DocumentFields(nested, keys: CaseWords.attributes, entry: entry), of: nested)) { $1 }
      }
    }
    return ClockEvent(at: at, event: event, attributes: attributes, reason: try fields.text("reason"))
  }

  /// Those that it names; one without a value is taken away.
  private static func changes(_ fields: DocumentFields, of node: DocumentNode) throws(PolicyError) -> [String: String] {
    var changes = try attributes(fields)
    if case .map(let entries) = node.content {
      for entry in entries where entry.value.content == .nothing && CaseWords.attributes.contains(entry.key) {
        // INT-8: a case without one is normal.
        changes[entry.key] = entry.key == "urgency" ? Urgency.normal.rawValue : ""
      }
    }
    return changes
  }

  private static func attributes(_ fields: DocumentFields) throws(PolicyError) -> [String: String] {
    var attributes: [String: String] = [:]
    for key in CaseWords.attributes {
      guard let value = try fields.text(key) else { continue }
      if let words = CaseWords.values[key], !words.contains(value) {
        throw fields.refusal(key, .unknownWord(key: key, value, allowed: words))
      }
      attributes[key] = value
    }
    return attributes
  }
}
