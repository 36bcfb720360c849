import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// What went wrong, as RFC 9457 writes it (design.md, "Problems").
struct Problem: Sendable {
  var status: HTTPResponse.Status
  var code: String
  var title: String
  var detail: String
  var errors: [FieldProblem] = []
  /// Where a case stands, when a step is refused.
  var state: String?
  var steps: [String]?
  /// The byte that an upload goes on from.
  var offset: Int?
  /// What to tell the operator, for faults.
  var id: String?
  var headers = HTTPFields()

  func json(in language: Language) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("type", "/problems/\(code)")
      json.field("title", title)
      json.field("status", status.code)
      json.field("detail", detail)
      json.field("code", code)
      // Also where there are none, so that a reader need not ask.
      json.array("errors", errors) { json, error in
        json.object { json in
          json.field("field", error.field)
          json.field("message", error.message(in: language))
          if !error.code.isEmpty { json.field("code", error.code) }
        }
      }
      if let state { json.field("state", state) }
      if let steps { json.array("steps", steps) { $0.value($1) } }
      if let offset { json.field("offset", offset) }
      if let id { json.field("id", id) }
    }
    return json.text
  }

  func response(in language: Language) -> Response {
    var headers = self.headers
    headers[.contentType] = "application/problem+json"
    headers[.contentLanguage] = language.tag
    headers[.cacheControl] = "no-store"
    return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: json(in: language))))
  }
}
