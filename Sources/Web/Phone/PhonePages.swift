import Crypto
import Domain
import HTTPTypes
import Hummingbird
import Operations
import Synchronization

/// The engineer's pages: read, take a step, attach a photo. Each works without script; with it the same forms wait on the phone
/// until there is a network, and are sent with `Accept: application/json`.
extension PageRoutes {
  func myDayPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let day = try await services.myDay.day(by: actor)
    var page = PhoneDayPage(frame: frame(request, context), day: day, isOpen: request.isOpenToRead(context))
    page.formKey = "day-\(context.requestID)"
    page.done = try PageQuery(request)["done"].flatMap { RequestStep(rawValue: $0) ?? ($0 == "record" ? .leave : nil) }?.rawValue
    return PageAnswer.html(pages.myDay(page), context.language)
  }

  func jobPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let done = try PageQuery(request)["done"]
    return try await jobPage(context.parameter("id"), request, context, actor) { page in
      page.done = done.flatMap {
        RequestStep(rawValue: $0)?.rawValue ?? WorkOrderStep(rawValue: $0)?.rawValue ?? ($0 == "attach" ? $0 : nil)
      }
    }
  }

  func takeJobStep(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let word = try context.parameter("step"), reference = try context.parameter("id")
    let job = try await services.myDay.job(reference, by: actor)
    var form = try await PageForm(request)
    let key = form.take("key"), sent = form
    return try await answering(word, job, request, context, actor, values: { sent.values }) {
      var call = Call(actor)
      if let key, key.utf8.count <= 255 {
        call.idempotency = IdempotencyKey(key: key, method: "POST", path: request.uri.path, bodyHash: sent.bodyHash)
      }
      if let step = WorkOrderStep(rawValue: word) {
        let fields =
          step == .record
          ? try PhoneRecord.fields(of: sent, job.readings) : try sent.fields(of: step.shape, offsetSeconds: configuration.offsetSeconds)
        _ = try await services.workOrders.take(step, fields, on: job.order.id, call)
      } else if let step = RequestStep(rawValue: word) {
        let fields = try sent.fields(of: step.shape, offsetSeconds: configuration.offsetSeconds)
        _ = try await services.requests.take(step, fields, on: job.request.id, call)
      } else {
        throw WebRefusal.noSuchPath
      }
    }
  }

  /// A photo, from a form without script; with it the phone sends pieces to `/files/uploads`.
  func attachPhoto(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let job = try await services.myDay.job(try context.parameter("id"), by: actor), fields = Mutex<[String: String]>([:])
    return try await answering("attach", job, request, context, actor, values: { [:] }) {
      let file = try await FileBody.receive(request, named: nil, into: services.files, by: actor) { name, value in
        guard ["token", "key", "note"].contains(name) else { throw UploadRefusal.form }
        fields.withLock { $0[name] = value }
      }
      let given = fields.withLock { $0 }
      if let session = context.session { try PageToken.require(given["token"], session: session, request, context) }
      var call = Call(actor)
      if let key = given["key"], (1...255).contains(key.utf8.count) {
        call.idempotency = IdempotencyKey(
          key: key, method: "POST", path: request.uri.path, bodyHash: SHA256.hash(data: Array(file.sha256.utf8)).hexadecimal)
      }
      _ = try await services.attachments.attach(
        try AttachmentOperations.attachShape.decode(text: ["file": file.id]), to: job.request.id, call)
    }
  }

  /// Does what a form asks for. A page is read anew; a refusal comes back on it with what was typed; the phone's own queue gets JSON.
  private func answering(
    _ step: String, _ job: Job, _ request: Request, _ context: WebContext, _ actor: Actor, values: () -> [String: String],
    _ perform: () async throws -> Void
  ) async throws -> Response {
    let isQueue = request.headers[.accept]?.contains("application/json") == true
    do {
      try await perform()
      // The phone remembers by our clock when it was taken: a page written before that does not know of it.
      guard !isQueue else {
        return Reply.json(#"{"done":"\#(step)","now":\#(try services.requests.now().milliseconds)}"#).response
      }
      let isOver = step == RequestStep.leave.rawValue || step == RequestStep.handBack.rawValue
      return PageAnswer.redirect(isOver ? "/my-day?done=\(step)" : "/my-day/\(Address.escaped(job.order.number))?done=\(step)")
    } catch {
      let problem = Problem(error, in: context.language, named: false, requestID: context.requestID, logger: logger)
      if isQueue { return problem.response(in: context.language) }
      guard problem.status.code != 404, problem.status.code < 500 || problem.status.code == 503 else { throw error }
      let wording = frame(request, context).wording
      var fields: [String: String] = [:]
      for field in problem.errors { fields[field.field] = field.message(in: context.language) }
      let names = problem.errors.map { wording.word("label", $0.field) }
      let message = names.isEmpty ? problem.detail : wording.text("case.correct", wording.list(names))
      return try await jobPage(job.order.number, request, context, actor, status: problem.status) {
        $0.refused = RefusedStep(step: step, workOrder: nil, values: values(), message: message, fields: fields)
      }
    }
  }

  private func jobPage(
    _ reference: String, _ request: Request, _ context: WebContext, _ actor: Actor, status: HTTPResponse.Status = .ok,
    change: (inout PhoneJobPage) -> Void
  ) async throws -> Response {
    // Its time is from before it was read: what is younger it may not tell.
    var frame = self.frame(request, context)
    let job = try await services.myDay.job(reference, by: actor)
    frame.path = "/my-day/\(job.order.number)"
    var page = PhoneJobPage(frame: frame, job: job, isOpen: request.isOpenToRead(context))
    page.token = context.session.map { PageToken.make(session: $0) } ?? ""
    page.formKey = "job-\(context.requestID)"
    change(&page)
    return PageAnswer.html(pages.job(page), status: status, context.language)
  }
}

extension Request {
  /// Neither TLS nor this very machine: browsers then have no service worker, no camera, no persistent storage.
  func isOpenToRead(_ context: WebContext) -> Bool {
    guard !context.isSecure else { return false }
    let host = head.authority ?? ""
    let name = host.hasPrefix("[") ? String(host.prefix { $0 != "]" }.dropFirst()) : String(host.prefix { $0 != ":" })
    return !["localhost", "127.0.0.1", "::1"].contains(name) && !name.hasSuffix(".localhost")
  }
}

/// What the readings' form sends, as the work order's record takes it (FLT-4). Names are Chinese whatever the screen's language: they
/// are printed on the repair report.
enum PhoneRecord {
  static func fields(of form: PageForm, _ readings: ReadingForm) throws(InputRefusal) -> Fields {
    var json = JSONWriter()
    json.object { json in
      for name in ["occurredAt", "lateReason", "work"] where !form[name].isEmpty { json.field(name, form[name]) }
      let parts = form["parts"].split { ";；\n".contains($0) }.map { $0.trimmed }.filter { !$0.isEmpty }
      if !parts.isEmpty { json.array("parts", parts) { $0.value($1) } }
      let read = readings.items.filter { !form["reading-\($0.id)"].isEmpty }
      if !read.isEmpty {
        json.array("readings", read) { json, item in
          let value = form["reading-\(item.id)"].trimmed
          json.object { json in
            json.field("name", item.zh)
            json.field("value", value)
            json.field("unit", item.unit)
            json.field("expected", item.expected)
            if let passed = item.passes(value) { json.field("passed", passed) }
          }
        }
      }
    }
    let fields = try WorkOrderStep.record.shape.decode(json.bytes)
    guard !fields.values.keys.allSatisfy({ ["occurredAt", "lateReason"].contains($0) }) else {
      throw .field("readings", "Nothing was filled in. Give a reading, the work or a part.", code: "field.nothing-recorded")
    }
    return fields
  }
}

extension StringProtocol {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
