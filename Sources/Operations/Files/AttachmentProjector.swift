import Domain
public import Persistence

/// The attachments of a case: a row for each, made from its events.
public struct AttachmentProjector: Projector {
  public let streamKind = "request"
  public let table = "attachment"
  public let streamColumn = "request_id"
  public let columns = [
    "id", "request_id", "file_id", "sha256", "name", "type", "size", "width", "height", "pages", "note", "internal", "paper", "code",
    "actor",
    "staff_id", "attached_at", "erased_at", "erased_reason",
  ]

  public init() {}

  public func row(stream: String, events: [JournalEvent]) throws -> ProjectedRow? { try rows(stream: stream, events: events).first }

  public func rows(stream: String, events: [JournalEvent]) throws -> [ProjectedRow] {
    var attached: [(event: JournalEvent, body: RequestEvent.Attached)] = []
    var erased: [AttachmentID: (at: Int64, reason: String)] = [:]
    for event in events where event.kind == "attached" || event.kind == "attachment-erased" {
      switch try RequestEvent(kind: event.kind, schema: event.schema, body: event.body) {
      case .attached(let body): attached.append((event, body))
      case .attachmentErased(let body): erased[body.attachment] = (event.occurred, body.reason)
      default: break
      }
    }
    return attached.map { event, body in
      let end = erased[body.attachment]
      return ProjectedRow(
        table: table, columns: columns,
        values: [
          .text(body.attachment.text), .text(id(of: stream)), .text(body.file.text), .text(body.sha256), .text(body.name), .text(body.type),
          .int(body.size), .optional(body.width.map { Int64($0) }), .optional(body.height.map { Int64($0) }),
          .optional(body.pages.map { Int64($0) }), .optional(body.note), .bool(body.isInternal), .optional(body.paper),
          .optional(body.code),
          .text(event.actor), .optional(event.actor.hasPrefix("staff:") ? String(event.actor.dropFirst(6)) : nil), .integer(event.occurred),
          .optional(end?.at), .optional(end?.reason),
        ])
    }
  }

  /// Renews the rows of what these events are about.
  static func write(_ events: [RequestEvent], stream: String, in db: any SQLWriter) throws {
    let concerned: Set<String> = Set(
      events.compactMap { event in
        switch event {
        case .attached(let body): body.attachment.text
        case .attachmentErased(let body): body.attachment.text
        default: nil
        }
      })
    guard !concerned.isEmpty else { return }
    for row in try AttachmentProjector().rows(stream: stream, events: Journal.events(of: stream, in: db)) {
      if case .text(let id) = row.id, concerned.contains(id) { try ProjectionWriter.upsert(row, in: db) }
    }
  }
}
