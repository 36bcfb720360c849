import Domain
import HTTPTypes
import Hummingbird
import Operations

/// Taking a record out of use and back; machines for good; two records becoming one (ORG-2, ORG-5).
extension PageRoutes {
  func archiveRecord(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await step("archived", request, context, actor) { register, id, _, call in
      _ = try await services.registers.archive(register, id, call)
    }
  }

  func restoreRecord(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await step("restored", request, context, actor) { register, id, _, call in
      _ = try await services.registers.restore(register, id, call)
    }
  }

  func retireMachine(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await step("retired", request, context, actor) { register, id, _, call in
      guard register == .equipment else { throw WebRefusal.noSuchPath }
      _ = try await services.registers.change(register, id, Fields(["state": .text(EquipmentState.retired.rawValue)]), call)
    }
  }

  func unmergeRecord(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await step("unmerged", request, context, actor) { register, id, form, call in
      guard RegisterOperations.mergeable.contains(register) else { throw WebRefusal.noSuchPath }
      let input = try RegisterOperations.unmergeShape.decode(text: ["reason": form["reason"]])
      _ = try await services.registers.unmerge(register, id, input, call)
    }
  }

  /// Does it; the record anew, or why it was refused.
  private func step(
    _ done: String, _ request: Request, _ context: WebContext, _ actor: Actor,
    _ perform: (Register, String, PageForm, Call) async throws -> Void
  ) async throws -> Response {
    let register = try register(context, for: actor), id = try context.parameter("id")
    var form = try await PageForm(request)
    let key = form.take("key"), version = form.take("version").flatMap { Int($0) }
    do {
      var call = call(actor, key, form, request)
      call.expected = version
      try await perform(register, id, form, call)
      return PageAnswer.redirect(RegisterWords.address(register, id, "?done=\(done)"))
    } catch {
      let problem = Problem(error, in: context.language, named: false, requestID: context.requestID, logger: logger)
      guard ![403, 404].contains(problem.status.code), problem.status.code < 500 || problem.status.code == 503 else { throw error }
      return try await recordPage(register, id, request, context, actor, status: problem.status) { $0.problem = problem.detail }
    }
  }

  // MARK: Merging

  func mergePage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let register = try mergeable(context, actor)
    return try await mergePage(register, MergePage.form(register), request, context, actor)
  }

  /// First what would come of it, then the same form again to do it.
  func mergeRecord(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let register = try mergeable(context, actor), id = try context.parameter("id")
    var form = try await PageForm(request)
    let key = form.take("key"), version = form.take("version").flatMap { Int($0) }, seen = form.take("seen")
    let isAsked = form.take("sure") == "true"
    var typed = MergePage.form(register)
    typed.typed = form.values
    let target = try await reading(actor, context, isChange: false).reference("into", register, &typed)
    if form["reason"].isEmpty {
      typed.problems["reason"] = Catalogue.of(context.language).text("field.missing") ?? FieldProblem.required("").message
    }
    guard let target, typed.problems.isEmpty else {
      return try await mergePage(register, typed, request, context, actor, status: .unprocessableContent)
    }
    // What was shown is what is done: with another record in the box it is shown anew.
    let isSure = isAsked && seen == target
    do {
      var values: [String: FieldValue] = ["into": .text(target), "reason": .text(form["reason"])]
      var call = isSure ? call(actor, key, form, request) : Call(actor)
      call.expected = isSure ? version : nil
      if !isSure { values["dryRun"] = .bool(true) }
      let answer = try await services.registers.merge(register, id, Fields(values), call)
      if isSure { return PageAnswer.redirect(RegisterWords.address(register, target, "?done=merged")) }
      return try await mergePage(register, typed, request, context, actor) {
        ($0.preview, $0.seen) = (try? JSONValue(parsing: answer.body), target)
      }
    } catch {
      let problem = Problem(error, in: context.language, named: false, requestID: context.requestID, logger: logger)
      guard ![403, 404].contains(problem.status.code), problem.status.code < 500 || problem.status.code == 503 else { throw error }
      return try await mergePage(register, typed, request, context, actor, status: problem.status) { $0.problem = problem.detail }
    }
  }

  private func mergeable(_ context: WebContext, _ actor: Actor) throws -> Register {
    let register = try register(context, for: actor)
    guard RegisterOperations.mergeable.contains(register) else { throw WebRefusal.noSuchPath }
    return register
  }

  private func mergePage(
    _ register: Register, _ form: RecordForm, _ request: Request, _ context: WebContext, _ actor: Actor, status: HTTPResponse.Status = .ok,
    change: (inout MergePage) -> Void = { _ in }
  ) async throws -> Response {
    let item = RecordItem(register, try await services.registers.find(register, context.parameter("id"), by: actor))
    var page = MergePage(frame: frame(request, context, shown: RegisterWords.address(register, item.id, "/merge")), item: item, form: form)
    page.key = "page-\(context.requestID)"
    change(&page)
    return PageAnswer.html(
      pages.render("record-merge", page.frame, page.frame.wording.text("record.merge"), "record", page.values()), status: status,
      context.language)
  }
}

/// Two records about to become one: which goes on, why, and what would come of it.
struct MergePage: Sendable {
  var frame: Frame
  var item: RecordItem
  var form: RecordForm
  var key = ""
  /// The report of the dry run.
  var preview: JSONValue?
  /// The record that goes on in it.
  var seen = ""
  var problem: String?

  static func form(_ register: Register) -> RecordForm { RecordForm(register) }

  func values() -> some PageValue { MergeValues(page: self) }
}

struct MergeValues: PageValue {
  let page: MergePage

  private var wording: Wording { page.frame.wording }
  private var words: RegisterWords { RegisterWords(page.item.register, wording) }

  func child(named: String) -> Any? {
    let register = page.item.register
    switch named {
    case "registerName": return words.name
    case "listAddress": return RegisterWords.address(register)
    case "recordTitle": return page.item.title
    case "recordAddress": return RegisterWords.address(register, page.item.id)
    case "mergeAction": return RegisterWords.address(register, page.item.id, "/merge")
    case "formKey": return page.key
    case "version": return page.item.version
    case "problem": return page.problem ?? false
    case "mergeWhat": return wording.text("merge.what.\(register.rawValue)")
    // The reference's partial.
    case "inputName": return "into"
    case "inputID": return "f-into"
    case "inputValue": return page.form.typed["into"] ?? ""
    case "label": return wording.text("merge.into")
    case "inputProblem": return page.form.problems["into"] ?? false
    case "required": return true
    case "isFocused": return page.preview == nil
    case "max": return 200
    case "referenceID": return page.form.typed["into.id"] ?? ""
    case "referenceRegister": return register.rawValue
    case "referenceWithin": return false
    case "meant": return page.form.meant["into"] ?? []
    case "hasMeant": return !(page.form.meant["into"] ?? []).isEmpty
    case "reason": return page.form.typed["reason"] ?? ""
    case "reasonProblem": return page.form.problems["reason"] ?? false
    case "seen": return page.seen
    case "hasPreview": return page.preview != nil
    case "goesOn": return wording.text("merge.goes-on", page.preview?["into"]?["name"]?.text ?? "")
    case "differs": return differs
    case "hasDiffers": return !differs.isEmpty
    case "consequences": return consequences.map { Choice(value: "", words: $0) }
    default: return nil
    }
  }

  private var differs: [RecordFormPage.Conflict] {
    (page.preview?["differs"]?.array ?? []).map { one in
      let name = one["field"]?.text ?? ""
      func shown(_ side: String) -> String {
        guard let text = one[side]?.text else { return "" }
        return ChangeTelling.words(.text(text), name, words)
      }
      return .init(label: words.label(name), was: "", theirs: shown("into"), mine: shown("from"), isBoth: false)
    }
  }

  /// In words: how much moves along, what becomes one too, which cases are read together.
  private var consequences: [String] {
    guard let preview = page.preview else { return [] }
    func counted(_ key: String, _ words: String) -> [String] {
      (preview[key]?.array ?? []).compactMap { entry in
        guard let count = entry["count"]?.integer, count > 0, let name = entry["register"]?.text else { return nil }
        return wording.text(words, String(count), wording.text("register.\(name)"))
      }
    }
    let cases = preview["cases"]?.integer ?? 0, open = preview["openCases"]?.integer ?? 0
    return counted("moves", "merge.moves") + counted("joins", "merge.joins")
      + [wording.text(cases == 0 ? "merge.no-cases" : "merge.cases", String(cases), String(open))]
  }
}
