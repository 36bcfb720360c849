import Crypto
import Domain
import HTTPTypes
import Hummingbird
import Operations

/// Making and changing records.
extension PageRoutes {
  func newRecordPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let register = try register(context, for: actor), query = try PageQuery(request)
    try actor.require(register.writeAction)
    var form = RecordForm(register)
    for field in register.description.fields {
      if case .reference(let other) = field.storage {
        guard let id = query[field.name], let item = try? await services.registers.find(other, id, by: actor) else { continue }
        form.refer(field.name, item.id, RecordItem(other, item).title)
      } else {
        form.typed[field.name] = query[field.name] ?? field.fallback.flatMap { Self.typed($0) }
      }
    }
    return try await formPage(form, nil, request, context, actor)
  }

  func editRecordPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let register = try register(context, for: actor)
    try actor.require(register.writeAction)
    let item = RecordItem(register, try await services.registers.find(register, context.parameter("id"), by: actor))
    return try await formPage(RecordForm(item), item, request, context, actor)
  }

  func createRecord(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let register = try register(context, for: actor)
    try actor.require(register.writeAction)
    var sent = try await PageForm(request)
    let key = sent.take("key"), isSure = sent.take("sure") == "true"
    var form = RecordForm(register, typed: sent.values)
    let fields = try await reading(actor, context, isChange: false).read(&form)
    guard form.problems.isEmpty else { return try await formPage(form, nil, request, context, actor, status: .unprocessableContent) }
    let call = call(actor, key, sent, request)
    if !isSure, try await !services.registers.isRepeated(call) {
      let alike = try await services.registers.alike(register, fields, by: actor)
      if !alike.isEmpty {
        return try await formPage(form, nil, request, context, actor, status: .conflict) {
          $0.alike = alike.map { RecordItem(register, $0) }
        }
      }
    }
    do {
      let answer = try await services.registers.create(register, fields, call)
      let id = (try? JSONValue(parsing: answer.body))?["id"]?.text ?? ""
      return PageAnswer.redirect(RegisterWords.address(register, id, "?done=created"))
    } catch {
      return try await refusedForm(error, form, nil, request, context, actor)
    }
  }

  func changeRecord(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let register = try register(context, for: actor), id = try context.parameter("id")
    try actor.require(register.writeAction)
    var sent = try await PageForm(request)
    let key = sent.take("key"), version = sent.take("version").flatMap { Int($0) }
    var form = RecordForm(register, typed: sent.values)
    let item = RecordItem(register, try await services.registers.find(register, id, by: actor))
    let fields = try await reading(actor, context, isChange: true).read(&form)
    guard form.problems.isEmpty else {
      return try await formPage(form, item, request, context, actor, status: .unprocessableContent) { $0.version = version ?? 0 }
    }
    var call = call(actor, key, sent, request)
    call.expected = version
    do {
      _ = try await services.registers.change(register, id, fields, call)
      return PageAnswer.redirect(RegisterWords.address(register, id, "?done=saved"))
    } catch RegisterError.changed(let expected, _) {
      return try await conflictPage(form, id, since: expected, request, context, actor)
    } catch let kept as KeptRefusal where kept.code == "register.changed" {
      return try await conflictPage(form, id, since: version ?? 0, request, context, actor)
    } catch {
      return try await refusedForm(error, form, item, request, context, actor) { $0.version = version ?? 0 }
    }
  }

  // MARK: What comes back

  /// Two people changed the record: what only they changed is taken over, what only the reader changed stays, and what both changed is
  /// shown from both sides.
  private func conflictPage(
    _ mine: RecordForm, _ id: String, since version: Int, _ request: Request, _ context: WebContext, _ actor: Actor
  ) async throws -> Response {
    let register = mine.register
    let item = RecordItem(register, try await services.registers.find(register, id, by: actor))
    let base = try await services.registers.values(register, of: id, at: version, by: actor) ?? [:]
    let words = RegisterWords(register, frame(request, context).wording)
    let merged = RecordMerge(mine, with: RecordForm(item), since: base, words)
    let by =
      try await services.registers.changes(register, of: id, limit: 1, by: actor).changes.first?.actorName
      ?? words.wording.text("story.someone")
    return try await formPage(merged.form, item, request, context, actor, status: .conflict) {
      ($0.conflict, $0.conflictBy) = (merged.conflict, by)
    }
  }

  private func refusedForm(
    _ error: any Error, _ form: RecordForm, _ item: RecordItem?, _ request: Request, _ context: WebContext, _ actor: Actor,
    change: (inout RecordFormPage) -> Void = { _ in }
  ) async throws -> Response {
    let problem = Problem(error, in: context.language, named: false, requestID: context.requestID, logger: logger)
    guard problem.status.code != 404, problem.status.code < 500 || problem.status.code == 503 else { throw error }
    var form = form
    for field in problem.errors { form.problems[field.field] = field.message(in: context.language) }
    let isPlaced = !problem.errors.isEmpty
    var taken: [RecordItem] = []
    if problem.code == "register.not-unique" {
      var read = form
      let fields = try await reading(actor, context, isChange: item != nil).read(&read)
      taken = try await services.registers.alike(form.register, fields, by: actor).map { RecordItem(form.register, $0) }
        .filter { $0.id != item?.id }
    }
    let others = taken
    return try await formPage(form, item, request, context, actor, status: problem.status) {
      $0.problem = isPlaced ? nil : problem.detail
      ($0.alike, $0.isTaken) = (others, true)
      change(&$0)
    }
  }

  private func formPage(
    _ form: RecordForm, _ item: RecordItem?, _ request: Request, _ context: WebContext, _ actor: Actor, status: HTTPResponse.Status = .ok,
    change: (inout RecordFormPage) -> Void = { _ in }
  ) async throws -> Response {
    var form = form
    if form.register.description.field("branch") != nil { form.branches = await things(.branches, by: actor) }
    let shown = item.map { RegisterWords.address(form.register, $0.id, "/edit") } ?? RegisterWords.address(form.register, nil, "/new")
    var page = RecordFormPage(frame: frame(request, context, shown: shown), form: form, item: item)
    // After a refusal this is another intent: what was typed is sent anew.
    (page.key, page.version) = ("page-\(context.requestID)", item?.version ?? 0)
    change(&page)
    let title = page.values().title
    return PageAnswer.html(pages.render("record-form", page.frame, title, "record-form", page.values()), status: status, context.language)
  }

  func call(_ actor: Actor, _ key: String?, _ form: PageForm, _ request: Request) -> Call {
    var call = Call(actor)
    if let key, (1...255).contains(key.utf8.count) {
      call.idempotency = IdempotencyKey(key: key, method: "POST", path: request.uri.path, bodyHash: form.bodyHash)
    }
    return call
  }

  func reading(_ actor: Actor, _ context: WebContext, isChange: Bool) -> RecordInputReading {
    RecordInputReading(registers: services.registers, actor: actor, language: context.language, isChange: isChange)
  }

  private static func typed(_ value: FieldValue) -> String? {
    switch value {
    case .text(let text): text
    case .integer(let integer): String(integer)
    default: nil
    }
  }
}

/// What was typed, brought together with what somebody else has saved meanwhile.
struct RecordMerge {
  let form: RecordForm
  let conflict: [RecordFormPage.Conflict]

  /// - Parameters:
  ///   - theirs: the record as it is now.
  ///   - base: as it was when the form was filled.
  init(_ mine: RecordForm, with theirs: RecordForm, since base: [String: RegisterChange.Value], _ words: RegisterWords) {
    var form = mine, conflict: [RecordFormPage.Conflict] = []
    for field in mine.register.description.fields {
      let was = ChangeTelling.words(base[field.name] ?? .none, field.name, words)
      let (own, other) = (Self.shown(field, mine, words), Self.shown(field, theirs, words))
      guard other != was, own != other else { continue }
      let isBoth = own != was
      if !isBoth {
        for key in Set(mine.typed.keys).union(theirs.typed.keys) where key == field.name || key.hasPrefix("\(field.name).") {
          form.typed[key] = theirs.typed[key]
        }
      }
      conflict.append(.init(label: words.label(field.name), was: was, theirs: other, mine: own, isBoth: isBoth))
    }
    (self.form, self.conflict) = (form, conflict)
  }

  /// As the record's page shows it.
  private static func shown(_ field: RegisterField, _ form: RecordForm, _ words: RegisterWords) -> String {
    let text = form.typed[field.name] ?? ""
    switch field.field.type {
    case .word: return text.isEmpty ? "" : words.word(field.name, text)
    case .date: return CivilDate(parsing: text).map { words.wording.date($0) } ?? text
    case .integer where field.name == "warrantyMonths": return text.isEmpty ? "" : words.wording.text("months", text)
    case .list(of: .object, _):
      let rows = (0..<RecordForm.rowsMost).compactMap { row -> String? in
        let parts = ["name", "expires"].compactMap { form.typed["\(field.name).\(row).\($0)"] }.filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
      }
      return words.wording.list(rows)
    case .list: return words.wording.list(text.split { $0.isNewline || $0 == ";" || $0 == "；" }.map { String($0) })
    default:
      // A select holds the id; its name is what people read.
      if case .reference(.branches) = field.storage { return form.branches.first { $0.id == text }?.name ?? text }
      return text
    }
  }
}
