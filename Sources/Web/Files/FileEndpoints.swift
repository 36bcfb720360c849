import Domain
import HTTPTypes
import Hummingbird
import Operations

extension WebServices {
  /// Uploads, what is attached of them to cases, and scans of papers.
  var fileEndpoints: [Endpoint] { uploadEndpoints + attachmentEndpoints + scanEndpoints }

  private var uploadEndpoints: [Endpoint] {
    let files = files, base = "/api/v1/files"
    var open = Endpoint(
      method: .post, path: "\(base)/uploads", summary: "Open an upload that can go on where it was cut off", tag: "files",
      access: .right(.requestAttach), input: FileOperations.uploadShape, success: .created, answer: "Upload"
    ) { incoming in
      let opened = try await files.open(incoming.input, by: incoming.actor)
      var reply = Reply.json(opened)
      reply.status = .created
      reply.headers[.location] = "\(base)/uploads/\(opened.id)"
      return reply
    }
    // Its answer holds a name, and opening twice does no harm.
    open.keepsAnswers = false
    var send = Endpoint(
      method: .post, path: base, summary: "Upload a file: its bytes, or a form with one file", tag: "files", access: .right(.requestAttach),
      query: Shape("FileQuery", [Field("name", .text(max: 400), note: "The file's name; else Content-Disposition or the form says it")]),
      success: .created, answer: "File"
    ) { incoming in
      let file = try await FileBody.receive(
        incoming.request, named: incoming.query.text("name"), into: files, by: incoming.actor)
      var reply = Reply.json(file)
      reply.status = .created
      return reply
    }
    send.bytes = ["application/octet-stream", "multipart/form-data"]
    var put = Endpoint(
      method: .put, path: "\(base)/uploads/{id}", summary: "The next piece of an upload, named by Content-Range", tag: "files",
      access: .right(.requestAttach), answer: "Upload"
    ) { incoming in
      let request = incoming.request
      guard let piece = PieceRange(request.headers[.contentRange]), FileBody.length(of: request).map({ $0 == piece.range.count }) ?? true
      else { throw UploadRefusal.range }
      guard piece.total <= files.fileBytes else { throw UploadRefusal.tooLarge(files.fileBytes) }
      let id = try incoming.parameter("id"), actor = incoming.actor, seconds = FileBody.seconds(for: piece.range.count)
      return .json(
        try await FileBody.piece(of: id, within: seconds, into: files, by: actor) {
          var pieces = BodyPieces(request)
          return try await files.put(piece.range, of: piece.total, to: id, by: actor) { try await pieces.next() }
        })
    }
    put.bytes = ["application/octet-stream"]
    return [
      send, open, put,
      Endpoint(
        method: .get, path: "\(base)/uploads/{id}", summary: "How far an upload is", tag: "files", access: .right(.requestAttach),
        answer: "Upload"
      ) { .json(try await files.upload($0.parameter("id"), by: $0.actor)) },
    ]
  }

  private var attachmentEndpoints: [Endpoint] {
    let attachments = attachments, base = "/api/v1/requests/{id}/attachments"
    var content = Endpoint(
      method: .get, path: "\(base)/{attachment}/content", summary: "The bytes of an attachment", tag: "files", access: .right(.requestRead),
      answer: "Bytes"
    ) { incoming in
      let (view, bytes) = try await attachments.content(
        of: incoming.parameter("attachment"), of: incoming.parameter("id"), by: incoming.actor)
      return .file(bytes, view, incoming.request)
    }
    content.contentType = "*/*"
    var preview = Endpoint(
      method: .get, path: "\(base)/{attachment}/preview", summary: "A small picture of an attachment", tag: "files",
      access: .right(.requestRead),
      query: Shape(
        "PreviewQuery", [Field("side", .integer(FilePreviews.sides), note: "Pixels of the longer side; 320 when left out")]),
      answer: "Bytes"
    ) { incoming in
      let side = incoming.query.integer("side") ?? 320
      let (view, bytes) = try await attachments.preview(
        of: incoming.parameter("attachment"), of: incoming.parameter("id"), side: side, by: incoming.actor)
      return .picture(bytes, view, side: side, incoming.request)
    }
    preview.contentType = "*/*"
    return [
      Endpoint(
        method: .get, path: base, summary: "What is attached to a case, oldest first", tag: "files", access: .right(.requestRead),
        query: .page, answer: "AttachmentList"
      ) { .json(try await attachments.list(of: $0.parameter("id"), after: $0.cursor, limit: $0.limit, by: $0.actor)) },
      Endpoint(
        method: .post, path: base, summary: "Attach an uploaded file to a case", tag: "files", access: .right(.requestAttach),
        input: AttachmentOperations.attachShape, version: .optional, success: .created, answer: "Attachment"
      ) { incoming in
        let id = try incoming.parameter("id")
        return .answer(try await attachments.attach(incoming.input, to: id, incoming.call), in: "/api/v1/requests/\(id)/attachments")
      },
      Endpoint(
        method: .get, path: "\(base)/{attachment}", summary: "An attachment", tag: "files", access: .right(.requestRead),
        answer: "Attachment"
      ) { .json(try await attachments.find($0.parameter("attachment"), of: $0.parameter("id"), by: $0.actor)) },
      content, preview,
      Endpoint(
        method: .post, path: "\(base)/{attachment}/erase", summary: "Erase an attachment's bytes and name; its hash and the reason stay",
        tag: "files", access: .right(.attachmentErase), input: AttachmentOperations.eraseShape, answer: "Attachment"
      ) { incoming in
        .answer(
          try await attachments.erase(incoming.parameter("attachment"), of: incoming.parameter("id"), incoming.input, incoming.call),
          in: "/api/v1/requests")
      },
    ]
  }

  private var scanEndpoints: [Endpoint] {
    let attachments = attachments
    func scan(_ path: String, _ summary: String, _ reference: @escaping @Sendable (Incoming) throws -> String?) -> Endpoint {
      Endpoint(
        method: .post, path: path, summary: summary, tag: "papers", access: .right(.requestAttach), input: AttachmentOperations.scanShape,
        success: .created, answer: "Attachment"
      ) { incoming in
        let answer = try await attachments.fileScan(incoming.input, to: reference(incoming), incoming.call)
        let number = (try? JSONValue(parsing: answer.body))?["requestNumber"]?.text ?? ""
        return .answer(answer, in: "/api/v1/requests/\(number)/attachments")
      }
    }
    return [
      scan("/api/v1/scans", "File the scan of a signed paper on the case that its code names (REP-2)") { _ in nil },
      scan("/api/v1/requests/{id}/scans", "File the scan of a signed paper on this case (REP-2)") { try $0.parameter("id") },
    ]
  }
}
