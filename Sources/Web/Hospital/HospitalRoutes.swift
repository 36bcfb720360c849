import Domain
import HTTPTypes
import Hummingbird
import Operations

/// Pages for whoever holds a link: a machine's label, a case's link, a badge's code. No account, no cookie; the address is the right.
extension PageRoutes {
  var hospitalRoutes: [Route] {
    [
      outside(.get, "/m/{token}", labelPage), outside(.post, "/m/{token}", reportByLabel),
      outside(.get, "/c/{token}", parcelPage),
      outside(.get, "/c/{token}/badge", doorPage), outside(.get, "/c/{token}/message", messagePage),
      outside(.post, "/c/{token}/message", sendMessage),
      wordPage(.agree), wordPage(.decline), wordPage(.confirm), wordPage(.reject),
      word(.agree), word(.decline), word(.confirm), word(.reject), wordPage(.consent), word(.consent),
      outside(.post, "/c/{token}/acknowledge") { try await takeStep(.acknowledge, $0, $1, $2) },
      outside(.post, "/c/{token}/remote-end") { try await takeStep(.remoteEnd, $0, $1, $2) },
      outside(.get, "/b/{token}", badgePage),
    ]
  }

  typealias OutsideHandler = @Sendable (Request, WebContext, String) async throws -> Response

  /// A page without an account: limits first, then what it does; whatever goes wrong is a calm page with the hotline.
  func outside(_ method: HTTPRequest.Method, _ path: String, _ handle: @escaping OutsideHandler) -> Route {
    Route(method: method, path: path, access: .open) { request, context in
      var response: Response
      do {
        let token = try context.parameter("token")
        try open.require(token, from: context.address, isRead: request.method.isSafe)
        if !request.method.isSafe { try SameOrigin.requireOutside(request, context) }
        response = try await handle(request, context, token)
      } catch {
        response = calm(error, request, context)
      }
      // The address is the secret: no other site is told of it, and no search engine keeps it.
      response.headers[.referrerPolicy] = "no-referrer"
      response.headers[.robotsTag] = "noindex, nofollow"
      return response
    }
  }

  private func calm(_ error: any Error, _ request: Request, _ context: WebContext) -> Response {
    var error = error
    if case LinkRefusal.closed = error {
      do { try open.requireFew(from: context.address) } catch let tooOften { error = tooOften }
    }
    let problem = Problem(error, in: context.language, named: false, requestID: context.requestID, logger: logger)
    let wording = frame(request, context).wording, isClosed = problem.code == LinkRefusal.closed.code
    let title = wording.text(isClosed ? "hospital.closed" : problem.status == .tooManyRequests ? "hospital.wait" : "hospital.went-wrong")
    let page = CalmPage(title: title, words: problem.detail, retry: isClosed ? "" : Self.link(of: request))
    var response = answer("calm", title, page, request, context, status: problem.status)
    for field in problem.headers where field.name == .retryAfter || field.name == .connection { response.headers[field.name] = field.value }
    return response
  }

  /// `/c/TOKEN` of any of its pages.
  private static func link(of request: Request) -> String {
    let parts = request.uri.path.split(separator: "/").prefix(2)
    return Address.own("/" + parts.joined(separator: "/")) ?? ""
  }

  private func answer(
    _ template: String, _ title: String, _ content: some PageValue, _ request: Request, _ context: WebContext, problem: String = "",
    status: HTTPResponse.Status = .ok
  ) -> Response {
    let here = Self.link(of: request)
    let page = OutsidePage(
      content: content, wording: frame(request, context).wording, company: configuration.companyName, hotline: services.links.hotline(),
      here: here, key: "page-\(context.requestID)", problem: problem, poll: template == "parcel" ? here : "")
    // Signed in or not: these pages are the same for everybody.
    var frame = frame(request, context, shown: request.method.isSafe ? nil : here)
    frame.reader = nil
    return PageAnswer.html(pages.render(template, frame, title, "", page), status: status, context.language)
  }

  /// What a form's repetition is told by; the token is no part of what is stored.
  private func key(_ given: String?, _ path: String, _ hash: String) -> IdempotencyKey? {
    guard let given, (1...255).contains(given.utf8.count) else { return nil }
    return IdempotencyKey(key: given, method: "POST", path: path, bodyHash: hash)
  }

  /// In the reader's words: the fields by the names they have on the page.
  private func words(for error: any Error, _ request: Request, _ context: WebContext) throws -> (text: String, status: HTTPResponse.Status)
  {
    guard !(error is CancellationError),
      case let problem = Problem(error, in: context.language, named: false, requestID: context.requestID, logger: logger),
      [409, 413, 415, 422, 429, 503].contains(problem.status.code), !(error is WebRefusal)
    else { throw error }
    let wording = frame(request, context).wording
    let fields = problem.errors.map { field in
      wording.has("hospital.field.\(field.field)") ? wording.text("hospital.field.\(field.field)") : field.message(in: context.language)
    }
    if problem.status == .conflict, problem.code != LinkRefusal.otherRemedy.code {
      return (wording.text("hospital.moved-on"), problem.status)
    }
    return (fields.isEmpty ? problem.detail : wording.list(fields), problem.status)
  }
}

// MARK: - A machine's label

extension PageRoutes {
  private func labelPage(_ request: Request, _ context: WebContext, _ token: String) async throws -> Response {
    labelAnswer(try await services.links.label(token), [:], request, context)
  }

  private func labelAnswer(
    _ facts: LabelFacts, _ typed: [String: String], _ request: Request, _ context: WebContext, problem: String = "",
    status: HTTPResponse.Status = .ok
  ) -> Response {
    let page = LabelPage(facts: facts, wording: frame(request, context).wording, typed: typed)
    return answer(
      "label", "\(frame(request, context).wording.text("hospital.report-do")) \(facts.machine.model)", page, request, context,
      problem: problem,
      status: status)
  }

  private func reportByLabel(_ request: Request, _ context: WebContext, _ token: String) async throws -> Response {
    let facts = try await services.links.label(token), holder = try await services.links.uploader(token, .label)
    let typed = TypedFields()
    do {
      let form = try await OutsideForm(
        request, ["key", "trouble", "text", "phone", "waiting"], typed: typed, into: services.links.files, by: holder
      ) { key, _ in try await self.services.links.wasTaken(key, path: "/m", by: holder) }
      var values = form.values
      values["key"] = nil
      let input = try LinkOperations.reportShape.decode(text: values)
      // For colleagues, in the company's language whatever the reporter's.
      let zh = Wording(.zh, now: Instant(milliseconds: 0), offsetSeconds: configuration.offsetSeconds)
      let made = try await services.links.report(
        token, input, summary: zh.text("hospital.trouble.\(input.text("trouble") ?? "")"), photos: form.photos,
        key: key(form.values["key"], "/m", form.bodyHash))
      return PageAnswer.redirect("/c/\(made)?done=report")
    } catch LinkRefusal.closed {
      throw LinkRefusal.closed
    } catch {
      let said = try words(for: error, request, context)
      return labelAnswer(facts, typed.all, request, context, problem: said.text, status: said.status)
    }
  }
}

// MARK: - A case

extension PageRoutes {
  private func parcelPage(_ request: Request, _ context: WebContext, _ token: String) async throws -> Response {
    let done = try PageQuery(request)["done"] ?? ""
    return try await parcel(token, request, context, justDone: done)
  }

  private func parcel(
    _ token: String, _ request: Request, _ context: WebContext, justDone: String = "", problem: String = "",
    status: HTTPResponse.Status = .ok
  ) async throws -> Response {
    let story = try await services.links.story(token)
    let page = ParcelPage(
      story: story, wording: frame(request, context).wording, here: Self.link(of: request), justDone: justDone)
    let title = "\(frame(request, context).wording.text("hospital.follow")) \(story.number)"
    return answer("parcel", title, page, request, context, problem: problem, status: status)
  }

  private func wordPage(_ word: WordPage.Word) -> Route {
    outside(.get, "/c/{token}/\(word.rawValue)") { request, context, token in
      let story = try await services.links.story(token)
      // What is not asked (any more) is told on the case's page.
      guard story.allows(word) else { return PageAnswer.redirect(Self.link(of: request)) }
      return self.word(word, story, [:], request, context)
    }
  }

  private func word(
    _ word: WordPage.Word, _ story: PublicCase, _ typed: [String: String], _ request: Request, _ context: WebContext, problem: String = "",
    status: HTTPResponse.Status = .ok
  ) -> Response {
    let wording = frame(request, context).wording
    let page = WordPage(word: word, story: story, wording: wording, here: Self.link(of: request), typed: typed)
    return answer(
      "agree", "\(wording.text("hospital.\(word.rawValue).title")) \(story.number)", page, request, context, problem: problem,
      status: status)
  }

  private func word(_ word: WordPage.Word) -> Route {
    outside(.post, "/c/{token}/\(word.rawValue)") { request, context, token in
      let form = try await PageForm(request)
      do {
        try await take(word, form, token)
        return PageAnswer.redirect("\(Self.link(of: request))?done=\(word.rawValue)")
      } catch LinkRefusal.closed {
        throw LinkRefusal.closed
      } catch {
        let said = try words(for: error, request, context), story = try await services.links.story(token)
        guard story.allows(word) else { return try await parcel(token, request, context, problem: said.text, status: said.status) }
        return self.word(word, story, form.values, request, context, problem: said.text, status: said.status)
      }
    }
  }

  private func take(_ word: WordPage.Word, _ form: PageForm, _ token: String) async throws {
    guard word == .decline || word == .consent else { return try await take(word.step, form, token) }
    // What is not asked (any more) nobody answers, and nobody lets in whom they were not asked for.
    let story = try await services.links.story(token)
    let seen = Int(form["seen"]), asked = story.remedy.map(\.version)
    guard story.allows(word), word == .consent || asked == seen else { throw LinkRefusal.otherRemedy }
    // A no needs no step: nothing was agreed, so nothing is carried out (FLT-3). A yes to a session is what `remote-start` names as consent
    // (REM-2). That either was said, when and by which link, is on record.
    let reason = form["reason"]
    guard word == .consent || !reason.isEmpty else { throw InputRefusal.field("reason", "Say why.") }
    let zh = Wording(.zh, now: Instant(milliseconds: 0), offsetSeconds: configuration.offsetSeconds)
    let said = word == .consent ? zh.text("hospital.consented") : zh.text("hospital.declined", reason)
    try await services.links.take(
      .comment, ["text": said], token: token, key: key(form["key"], "/c/\(word.rawValue)", form.bodyHash))
  }

  private func take(_ step: RequestStep, _ form: PageForm, _ token: String) async throws {
    var form = form
    let given = form.take("key"), seen = form.take("seen").flatMap { Int($0) }
    try await services.links.take(step, form.values, token: token, seen: seen, key: key(given, "/c/\(step.rawValue)", form.bodyHash))
  }

  private func takeStep(_ step: RequestStep, _ request: Request, _ context: WebContext, _ token: String) async throws -> Response {
    let form = try await PageForm(request)
    do {
      try await take(step, form, token)
      return PageAnswer.redirect("\(Self.link(of: request))?done=\(step.rawValue)")
    } catch LinkRefusal.closed {
      throw LinkRefusal.closed
    } catch {
      let said = try words(for: error, request, context)
      return try await parcel(token, request, context, problem: said.text, status: said.status)
    }
  }

  private func messagePage(_ request: Request, _ context: WebContext, _ token: String) async throws -> Response {
    message(try await services.links.story(token).number, "", request, context)
  }

  private func message(
    _ number: String, _ text: String, _ request: Request, _ context: WebContext, problem: String = "", status: HTTPResponse.Status = .ok
  ) -> Response {
    let page = MessagePage(number: number, action: "\(Self.link(of: request))/message", text: text)
    return answer(
      "message", frame(request, context).wording.text("hospital.message"), page, request, context, problem: problem, status: status)
  }

  private func sendMessage(_ request: Request, _ context: WebContext, _ token: String) async throws -> Response {
    let number = try await services.links.story(token).number, holder = try await services.links.uploader(token, .request)
    let typed = TypedFields()
    do {
      let form = try await OutsideForm(request, ["key", "text"], typed: typed, into: services.links.files, by: holder) { key, index in
        try await self.services.links.wasTaken("\(key)-\(index)", path: "/c/photo", by: holder)
      }
      guard !form["text"].isEmpty || !form.sent.isEmpty else { throw LinkRefusal.nothingSaid }
      if !form["text"].isEmpty {
        try await services.links.take(
          .comment, ["text": form["text"]], token: token, key: key(form.values["key"], "/c/comment", form.bodyHash))
      }
      for (index, sent) in form.sent.enumerated() {
        guard let photo = sent.file else { continue }
        try await services.links.attach(photo, to: token, key: key(form.values["key"].map { "\($0)-\(index)" }, "/c/photo", sent.sha256))
      }
      return PageAnswer.redirect("\(Self.link(of: request))?done=message")
    } catch LinkRefusal.closed {
      throw LinkRefusal.closed
    } catch {
      let said = try words(for: error, request, context)
      return message(number, typed["text"] ?? "", request, context, problem: said.text, status: said.status)
    }
  }
}

// MARK: - A badge

extension PageRoutes {
  private func doorPage(_ request: Request, _ context: WebContext, _ token: String) async throws -> Response {
    let wording = frame(request, context).wording
    let checks = try await services.links.door(token, today: wording.todayDate)
    let page = BadgePage(checks: checks, wording: wording, isDoor: true, here: Self.link(of: request))
    return answer("badge", wording.text("hospital.badge"), page, request, context)
  }

  private func badgePage(_ request: Request, _ context: WebContext, _ token: String) async throws -> Response {
    let wording = frame(request, context).wording
    let badge = try await services.links.badge(token, today: wording.todayDate)
    let page = BadgePage(
      checks: [DoorCheck(badge: badge, isForThisCase: false)], wording: wording, isDoor: false, here: Self.link(of: request))
    return answer("badge", wording.text("hospital.badge"), page, request, context)
  }
}

extension WordPage.Word {
  var step: RequestStep {
    switch self {
    case .agree: .agree
    case .decline, .consent: .comment
    case .confirm: .confirm
    case .reject: .reject
    }
  }
}

extension PublicCase {
  /// Whether this word is asked for now; nobody agrees to what was not proposed.
  func allows(_ word: WordPage.Word) -> Bool {
    guard steps.contains(word.step) else { return false }
    return switch word {
    case .agree, .decline: remedy?.isAgreed == false
    // While it may still be mended from afar, and none is running.
    case .consent: remote == nil && (state == .accepted || state == .working) && now != .arrived
    case .confirm, .reject: true
    }
  }
}

extension HTTPField.Name {
  static let robotsTag = Self("X-Robots-Tag")!  // the literal is a token
}
