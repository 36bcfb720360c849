public import Domain
import Persistence

/// A message between the hospital and the company: a remark whose audience is the customer.
public struct MessageView: Sendable, JSONWritable {
  /// Its place in the case's journal.
  public let version: Int
  public let at: Instant
  public let text: String
  public let fromHospital: Bool
  /// Who wrote it; nil where a link was used, or the name was erased.
  public let author: String?

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("version", version)
      json.field("at", at)
      json.field("text", text)
      json.field("fromHospital", fromHospital)
      json.field("author", author)
    }
  }
}

/// The one place that reads remarks for people outside: what is for colleagues never leaves it.
enum CaseMessages {
  /// - Parameter id: of a case that the reader was found to see.
  static func page(of id: String, after version: Int = 0, limit: Int, in db: any SQLReader) throws -> Page<MessageView> {
    var found: [MessageView] = [], last = version
    while found.count <= limit {
      let events = try Journal.page(ofStream: "request/\(id)", kind: "commented", after: last, limit: 200, in: db)
      for item in try JournalItems.items(events[...], in: db) {
        guard
          case .commented(let comment) = try RequestEvent(kind: item.event, schema: item.schema, body: item.body),
          comment.audience == .customer
        else { continue }
        found.append(
          MessageView(
            version: item.version, at: item.occurredAt, text: comment.text, fromHospital: item.isHospitals, author: item.actorName))
      }
      guard events.count == 200, let end = events.last?.version else { break }
      last = end
    }
    let items = Array(found.prefix(limit))
    return Page(items: items, next: found.count > limit ? items.last.map { Cursor(key: String($0.version), id: "").text } : nil)
  }
}
