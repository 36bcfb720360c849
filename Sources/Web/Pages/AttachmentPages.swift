import Crypto
import Domain
import HTTPTypes
import Hummingbird
import Operations
import Synchronization

/// Attaching a file and erasing one, from the case's page, with or without scripts.
extension PageRoutes {
  func attachFile(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let reference = try context.parameter("id"), fields = Mutex<[String: String]>([:])
    return try await taking("attach", on: reference, request, context, actor, values: { fields.withLock { ["note": $0["note"] ?? ""] } }) {
      let file = try await FileBody.receive(request, named: nil, into: services.files, by: actor) { name, value in
        guard ["token", "key", "note", "internal"].contains(name) else { throw UploadRefusal.form }
        fields.withLock { $0[name] = value }
      }
      let given = fields.withLock { $0 }
      if let session = context.session { try PageToken.require(given["token"], session: session, request, context) }
      var values = ["file": file.id]
      values["note"] = given["note"]
      values["internal"] = given["internal"]
      var call = Call(actor)
      if let key = given["key"], (1...255).contains(key.utf8.count) {
        // The same form sent twice uploads twice, under two ids: it is the same by its content.
        let body = SHA256.hash(data: Array("\(file.sha256)\n\(given["note"] ?? "")\n\(given["internal"] ?? "")".utf8)).hexadecimal
        call.idempotency = IdempotencyKey(key: key, method: "POST", path: request.uri.path, bodyHash: body)
      }
      _ = try await services.attachments.attach(try AttachmentOperations.attachShape.decode(text: values), to: reference, call)
    }
  }

  func eraseFile(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let reference = try context.parameter("id"), attachment = try context.parameter("attachment")
    var form = try await PageForm(request)
    let token = form.take("token"), key = form.take("key"), sent = form
    return try await taking("erase-file", on: reference, request, context, actor, values: { [:] }) {
      if let session = context.session { try PageToken.require(token, session: session, request, context) }
      var call = Call(actor)
      if let key, key.utf8.count <= 255 {
        call.idempotency = IdempotencyKey(key: key, method: "POST", path: request.uri.path, bodyHash: sent.bodyHash)
      }
      let input = try AttachmentOperations.eraseShape.decode(text: sent.values)
      _ = try await services.attachments.erase(attachment, of: reference, input, call)
    }
  }
}
