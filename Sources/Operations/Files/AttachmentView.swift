public import Domain
import Persistence

/// What is attached to a case, as its readers see it.
@dynamicMemberLookup
public struct AttachmentView: Sendable, JSONWritable {
  public let id, request, requestNumber, file: String
  /// Nil where it was erased.
  public let name: String?
  public let facts: FileFacts
  public let note: String?
  public let isInternal: Bool
  /// The form that it is a scan of, and what its code says.
  public let paper, code: String?
  public let attachedAt: Instant
  public let actor: String
  public let actorName: String?
  public let erasedAt: Instant?
  public let erasedReason: String?
  /// Other cases that have the same bytes; said when it is erased, since the bytes stay for them.
  public var sharedWith: [String]?

  public var hasPreview: Bool { erasedAt == nil && FilePreviews.isMade(of: facts.type) }

  public subscript<Value>(dynamicMember path: KeyPath<FileFacts, Value>) -> Value { facts[keyPath: path] }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("request", request)
      json.field("requestNumber", requestNumber)
      json.field("file", file)
      facts.write(named: name, to: &json, hasPreview: hasPreview)
      json.field("note", note)
      json.field("internal", isInternal)
      json.field("paper", paper)
      json.field("code", code)
      json.field("attachedAt", attachedAt)
      json.field("actor", actor)
      json.field("actorName", actorName)
      json.field("erasedAt", erasedAt)
      json.field("erasedReason", erasedReason)
      if let sharedWith { json.array("sharedWith", sharedWith) { $0.value($1) } }
    }
  }
}

enum ReadAttachments {
  private static let select = """
    SELECT a.id, a.request_id, r.number, a.file_id, pn.value, a.type, a.size, a.sha256, a.width, a.height, a.pages, a.note, a.internal,
      a.paper, a.code, a.attached_at, a.actor, so.value, a.erased_at, a.erased_reason
    FROM attachment a JOIN request r ON r.id = a.request_id LEFT JOIN personal pn ON pn.hash = a.name
    LEFT JOIN staff s ON s.id = a.staff_id LEFT JOIN personal so ON so.hash = s.name
    """

  /// In the order they were attached; the index attachment_request gives it.
  static func page(of request: String, after id: String, limit: Int, for actor: Actor, in db: any SQLReader) throws -> [AttachmentView] {
    try db.rows(
      "\(select) WHERE a.request_id = ? AND a.id > ?\(hidden(from: actor)) ORDER BY a.id LIMIT ?",
      [.text(request), .text(id), .int(limit)],
      view)
  }

  /// - Throws: ``AccessError/notFound(_:)`` also for one of another case, and for what the customer may not see.
  static func find(_ id: String, of request: String, for actor: Actor, in db: any SQLReader) throws -> AttachmentView {
    let found = try db.first("\(select) WHERE a.id = ? AND a.request_id = ?\(hidden(from: actor))", [.text(id), .text(request)], view)
    guard let found else { throw AccessError.notFound("attachment") }
    return found
  }

  /// Numbers of other cases with the same bytes.
  static func sharing(_ sha256: String, except request: String, in db: any SQLReader) throws -> [String] {
    try db.rows(
      """
      SELECT DISTINCT r.number FROM attachment a JOIN request r ON r.id = a.request_id
      WHERE a.sha256 = ? AND a.erased_at IS NULL AND a.request_id <> ? ORDER BY r.number LIMIT 50
      """, [.text(sha256), .text(request)]
    ) { $0.text(0) }
  }

  private static func hidden(from actor: Actor) -> String { actor.role == .hospital ? " AND a.internal = 0" : "" }

  private static func view(_ row: borrowing SQLRow) -> AttachmentView {
    AttachmentView(
      id: row.text(0), request: row.text(1), requestNumber: row.text(2), file: row.text(3), name: row.optionalText(4),
      facts: FileFacts(
        type: row.text(5), size: row.int(6), sha256: row.text(7), width: row.optionalInteger(8).map { Int($0) },
        height: row.optionalInteger(9).map { Int($0) }, pages: row.optionalInteger(10).map { Int($0) }),
      note: row.optionalText(11), isInternal: row.bool(12), paper: row.optionalText(13),
      code: row.optionalText(14), attachedAt: Instant(milliseconds: row.integer(15)), actor: row.text(16), actorName: row.optionalText(17),
      erasedAt: row.optionalInteger(18).map { Instant(milliseconds: $0) }, erasedReason: row.optionalText(19))
  }
}
