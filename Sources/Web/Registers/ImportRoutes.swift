import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Operations
import Synchronization

/// A register from a file, and as one: looked at first, applied when somebody says so, behind their back.
extension PageRoutes {
  private func kind(_ context: WebContext, _ actor: Actor) throws -> (Register, ImportKind) {
    let register = try register(context, for: actor)
    guard let kind = ImportKind.allCases.first(where: { $0.register == register }) else { throw WebRefusal.noSuchPath }
    return (register, kind)
  }

  func importPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let (register, kind) = try kind(context, actor)
    try actor.require(register.writeAction)
    return try await importPage(register, kind, request, context, actor)
  }

  private func importPage(
    _ register: Register, _ kind: ImportKind, _ request: Request, _ context: WebContext, _ actor: Actor, status: HTTPResponse.Status = .ok,
    problem: String? = nil
  ) async throws -> Response {
    var page = ImportPage(frame: frame(request, context, shown: RegisterWords.address(register, nil, "/import")), register: register)
    page.jobs = try await services.imports.recent(kind, by: actor)
    page.token = context.session.map { PageToken.make(session: $0) } ?? ""
    page.problem = problem
    let title = page.frame.wording.text("import.title", RegisterWords(register, page.frame.wording).name)
    return PageAnswer.html(
      pages.render("register-import", page.frame, title, "record-import", page.values()), status: status, context.language)
  }

  func importTemplate(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let (register, kind) = try kind(context, actor)
    try actor.require(register.writeAction)
    let isChinese = try PageQuery(request)["lang"] != "en"
    return PageAnswer.csv(named: "\(register.rawValue)-\(isChinese ? "zh" : "en").csv") { writer in
      // By the byte order mark spreadsheets know UTF-8.
      try await writer.write(ByteBuffer(string: "\u{FEFF}" + kind.template(chinese: isChinese)))
    }
  }

  /// Streams the file to disk; then its page, where what it says is shown.
  func sendImport(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let (register, kind) = try kind(context, actor)
    do {
      let type = request.headers[.contentType] ?? "", length = FileBody.length(of: request)
      if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" { throw WebRefusal.contentEncoding }
      let incoming = try await services.imports.begin(kind, size: length.map { max(0, $0 - FileBody.formOverhead) }, by: actor)
      let seconds = FileBody.seconds(for: length ?? ImportJobs.fileBytes)
      try SameOrigin.require(request, context)
      let token = context.session.map { PageToken.make(session: $0) }, isChecked = Mutex(token == nil)
      do {
        let name = try await Deadline.within(seconds, else: UploadRefusal.tooSlow(seconds)) {
          try await FileBody.form(request, type, incoming) { name, value in
            guard name == "token" else { throw UploadRefusal.form }
            guard token.map({ $0 == value }) ?? true else { throw WebRefusal.foreign }
            isChecked.withLock { $0 = true }
          }
        }
        // It stands before the file, so a foreign page's file is not even read.
        guard isChecked.withLock({ $0 }) else { throw WebRefusal.foreign }
        let job = try await services.imports.send(incoming, kind, name: name ?? "", by: actor)
        return PageAnswer.redirect(RegisterWords.address(register, nil, "/import/\(Address.escaped(job.id))"))
      } catch {
        await incoming.discard()
        throw error
      }
    } catch {
      let problem = Problem(error, in: context.language, named: false, requestID: context.requestID, logger: logger)
      guard ![401, 403, 404].contains(problem.status.code), problem.status.code < 500 || problem.status.code == 503 else { throw error }
      var response = try await importPage(register, kind, request, context, actor, status: problem.status, problem: problem.detail)
      // What is left of the body would be read as the next call.
      response.headers[.connection] = "close"
      return response
    }
  }

  func importJobPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await importJobPage(request, context, actor)
  }

  private func importJobPage(
    _ request: Request, _ context: WebContext, _ actor: Actor, status: HTTPResponse.Status = .ok, problem: String? = nil
  ) async throws -> Response {
    let (register, kind) = try kind(context, actor)
    let job = try await services.imports.job(context.parameter("id"), by: actor)
    guard job.kind == kind else { throw WebRefusal.noSuchPath }
    var page = ImportJobPage(
      frame: frame(request, context, shown: RegisterWords.address(register, nil, "/import/\(job.id)")), register: register, job: job)
    page.problem = problem
    return PageAnswer.html(
      pages.render("register-import-job", page.frame, job.name, "record-import", page.values()), status: status, context.language)
  }

  func orderImport(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await decide(request, context, actor) { id, form in
      try await services.imports.order(id, skipBad: form["skip"] == "true", by: actor)
      return "/import/\(Address.escaped(id))"
    }
  }

  func discardImport(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await decide(request, context, actor) { id, _ in
      try await services.imports.discard(id, by: actor)
      return "/import"
    }
  }

  private func decide(
    _ request: Request, _ context: WebContext, _ actor: Actor, _ perform: (String, PageForm) async throws -> String
  ) async throws -> Response {
    let (register, _) = try kind(context, actor)
    let form = try await PageForm(request)
    do {
      return PageAnswer.redirect(RegisterWords.address(register, nil, try await perform(context.parameter("id"), form)))
    } catch let refusal as ImportJobError {
      return try await importJobPage(
        request, context, actor, status: refusal.category.status, problem: refusal.message(in: context.language))
    }
  }

  func refusedLines(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    _ = try kind(context, actor)
    guard let (job, bytes) = try await services.imports.refused(context.parameter("id"), by: actor) else { throw ImportJobError.gone }
    return PageAnswer.csv(named: "refused-\(job.kind.rawValue).csv") { writer in
      var place = 0
      while place < bytes.size {
        let piece = try await bytes.read(min(256 << 10, bytes.size - place), at: place)
        guard !piece.isEmpty else { return }
        try await writer.write(ByteBuffer(bytes: piece))
        place += piece.count
      }
    }
  }

  /// The list as it is filtered, as a file that an import reads again; page by page, however large it is.
  func exportRegister(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let (register, kind) = try kind(context, actor), items = try PageQuery(request)
    var query = RegisterQuery()
    for name in register.description.filters { if let value = items[name] { query.filters[name] = value } }
    query.includeArchived = items["archived"] == "true"
    // Refusals come before the first byte.
    _ = try await services.registers.count(register, query, upTo: 1, by: actor)
    let exports = services.exports, isChinese = context.language == .zh, wanted = query
    return PageAnswer.csv(named: "\(register.rawValue).csv") { writer in
      try await exports.run(kind, chinese: isChinese, wanted, by: actor) { try await writer.write(ByteBuffer(string: $0)) }
    }
  }
}

extension PageAnswer {
  /// A file that is saved, written piece by piece.
  static func csv(named name: String, _ write: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void) -> Response {
    Response(
      status: .ok,
      headers: [
        .contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"\(name)\"", .cacheControl: "no-store",
      ],
      body: ResponseBody { writer in
        try await write(&writer)
        try await writer.finish(nil)
      })
  }
}
