import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// What an endpoint answers, before it is written.
struct Reply: Sendable {
  var status = HTTPResponse.Status.ok
  var headers = HTTPFields()
  var body: ResponseBody

  init(status: HTTPResponse.Status = .ok, body: ResponseBody) { (self.status, self.body) = (status, body) }

  /// JSON text as it is.
  static func json(_ text: String, status: HTTPResponse.Status = .ok, version: Int? = nil) -> Reply {
    var reply = Reply(status: status, body: .init(byteBuffer: ByteBuffer(string: text)))
    reply.headers[.contentType] = "application/json"
    reply.headers[.cacheControl] = "no-store"
    if let version { reply.headers[.eTag] = "\"\(version)\"" }
    return reply
  }

  static func json(_ value: some JSONWritable, version: Int? = nil) -> Reply {
    var writer = JSONWriter(reserving: 4_096)
    value.write(to: &writer)
    var reply = Reply.json("", version: version)
    reply.body = .init(byteBuffer: ByteBuffer(bytes: writer.bytes))
    return reply
  }

  /// A change that is on disk; 201 names where the new thing is, under `collection`.
  static func answer(_ answer: Answer, in collection: String) -> Reply {
    var reply = Reply.json(answer.body, status: answer.created ? .created : .ok, version: answer.version)
    if answer.created, let id = answer.id { reply.headers[.location] = "\(collection)/\(id)" }
    if answer.replayed { reply.headers[.idempotencyReplayed] = "true" }
    return reply
  }

  var response: Response { Response(status: status, headers: headers, body: body) }
}

extension Answer {
  /// The body is ours and begins with its id.
  fileprivate var id: Substring? {
    let start = #"{"id":""#
    guard body.hasPrefix(start) else { return nil }
    return body.dropFirst(start.count).prefix { $0 != "\"" }
  }
}
