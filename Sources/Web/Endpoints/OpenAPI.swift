import Domain
import HTTPTypes
import Operations

/// The OpenAPI 3.1 document, made of the same endpoints that serve.
enum OpenAPI {
  static func document(_ endpoints: [Endpoint], version: String) -> String {
    let shown = endpoints.filter(\.documented)
    var order: [String] = []
    var paths: [String: [(String, JSON)]] = [:]
    for endpoint in shown {
      if paths[endpoint.path] == nil { order.append(endpoint.path) }
      paths[endpoint.path, default: []].append((endpoint.method.rawValue.lowercased(), operation(endpoint)))
    }
    var inputs: [String: JSON] = [:]
    for shape in shown.compactMap(\.input) { inputs[shape.name] = shape.schema }
    let schemas = AnswerSchemas.all + inputs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let document: JSON = [
      "openapi": "3.1.0",
      "info": [
        "title": "weibao", "version": .text(version),
        "description":
          "The after-sales desk: cases, work orders, promised times, and a journal that nobody can quietly change. Problems are RFC 9457.",
        "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
      ],
      "servers": [["url": "/"]],
      "security": [["bearer": []]],
      "paths": .object(order.map { ($0, .object(paths[$0] ?? [])) }),
      "components": [
        "securitySchemes": ["bearer": ["type": "http", "scheme": "bearer", "description": "`weibao token create --user NAME`"]],
        "schemas": .object(schemas),
      ],
    ]
    return document.text
  }

  private static func operation(_ endpoint: Endpoint) -> JSON {
    var members: [(String, JSON)] = [
      ("operationId", .text(endpoint.operationID)), ("summary", .text(endpoint.summary)), ("tags", [.text(endpoint.tag)]),
    ]
    if endpoint.access == .open { members.append(("security", [])) }
    let parameters = parameters(endpoint)
    if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
    if let input = endpoint.input {
      members.append(
        (
          "requestBody",
          [
            "required": .bool(input.fields.contains(where: \.required)),
            "content": ["application/json": ["schema": .reference(input.name)]],
          ]
        ))
    }
    if !endpoint.bytes.isEmpty {
      let content = endpoint.bytes.map { type -> (String, JSON) in
        let file: JSON = ["type": "string", "format": "binary"]
        let form: JSON = ["type": "object", "required": ["file"], "properties": ["file": file], "additionalProperties": false]
        return (type, ["schema": type.hasPrefix("multipart/") ? form : file])
      }
      members.append(("requestBody", ["required": true, "content": .object(content)]))
    }
    members.append(("responses", responses(endpoint)))
    return .object(members)
  }

  private static func parameters(_ endpoint: Endpoint) -> [JSON] {
    var parameters: [JSON] = []
    if endpoint.path.contains("{id}") {
      parameters.append([
        "name": "id", "in": "path", "required": true, "description": "An id; for cases and work orders also the number",
        "schema": ["type": "string", "minLength": 1],
      ])
    }
    for name in endpoint.path.split(separator: "/").filter({ $0.hasPrefix("{") && $0 != "{id}" }) {
      parameters.append([
        "name": .text(String(name.dropFirst().dropLast())), "in": "path", "required": true, "schema": ["type": "string", "minLength": 1],
      ])
    }
    if endpoint.method == .put, !endpoint.bytes.isEmpty {
      parameters.append([
        "name": "Content-Range", "in": "header", "required": true, "description": "Which bytes of the whole these are",
        "schema": ["type": "string", "pattern": "^bytes [0-9]+-[0-9]+/[0-9]+$", "example": "bytes 0-1048575/5242880"],
      ])
    }
    for field in endpoint.query?.fields ?? [] {
      parameters.append(
        JSON.object([("name", .text(field.name)), ("in", "query"), ("required", .bool(field.required)), ("schema", field.type.schema)])
          .adding("description", field.note.isEmpty ? nil : .text(field.note)))
    }
    if endpoint.isIdempotent {
      parameters.append([
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "Kept 30 days: the same key and body get the first answer again",
        "schema": ["type": "string", "minLength": 1, "maxLength": 255],
      ])
    }
    if endpoint.version != .no, endpoint.input != nil {
      parameters.append([
        "name": "If-Match", "in": "header", "required": .bool(endpoint.version == .required),
        "description": "The ETag of what you saw", "schema": ["type": "string", "example": "\"1\""],
      ])
    }
    return parameters
  }

  private static func responses(_ endpoint: Endpoint) -> JSON {
    var success: [(String, JSON)] = [("description", .text(endpoint.success.reasonPhrase))]
    var headers: [(String, JSON)] = []
    if endpoint.version != .no || endpoint.success == .created { headers.append(("ETag", header("The version"))) }
    if endpoint.success == .created { headers.append(("Location", header("Where the new thing is"))) }
    if endpoint.isIdempotent {
      headers.append(
        ("Idempotency-Replayed", ["description": "true for a first answer sent again", "schema": ["type": "string", "enum": ["true"]]]))
    }
    if !headers.isEmpty { success.append(("headers", .object(headers))) }
    if endpoint.success != .noContent {
      let schema: JSON =
        endpoint.contentType != "application/json"
        ? ["type": "string"] : endpoint.answer == "Any" ? ["type": "object"] : .reference(endpoint.answer)
      let content: JSON = ["schema": schema]
      success.append(("content", .object([(endpoint.contentType, content)])))
    }
    var responses: [(String, JSON)] = [(String(endpoint.success.code), .object(success))]
    for status in endpoint.problems {
      let problem: JSON = [
        "description": .text(status.reasonPhrase), "content": ["application/problem+json": ["schema": .reference("Problem")]],
      ]
      let retry = status == .tooManyRequests || status == .serviceUnavailable
      responses.append(
        (String(status.code), problem.adding("headers", retry ? .object([("Retry-After", header("Seconds to wait"))]) : nil)))
    }
    return .object(responses)
  }

  private static func header(_ description: String) -> JSON {
    let schema: JSON = ["type": "string"]
    return ["description": .text(description), "schema": schema]
  }
}
