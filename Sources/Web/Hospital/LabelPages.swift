import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// Labels of machines and codes of badges: choosing, printing, replacing (INT-1, ORG-4, REP-2).
extension PageRoutes {
  var labelRoutes: [Route] {
    [
      signedIn(.get, "/labels", .right(.linkLabel), labelsPage),
      signedIn(.post, "/labels/sheet", .right(.linkLabel)) { try await labelSheet($0, $1, $2) },
      signedIn(.post, "/labels/{id}/replace", .right(.linkLabel), replaceLabel),
      signedIn(.post, "/labels/badges/{id}/replace", .right(.linkBadge), replaceBadge),
      signedIn(.post, "/labels/badges", .right(.linkBadge)) { try await badgeSheet($0, $1, $2) },
    ]
  }

  /// Where a label leads: the public address, else the one that the office itself has open.
  func publicBase(_ request: Request, _ context: WebContext) -> String {
    configuration.publicAddress ?? "\(context.isSecure ? "https" : "http")://\(request.head.authority ?? "localhost")"
  }

  func labelsPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let query = try PageQuery(request)
    let frame = frame(request, context)
    var page = LabelsPage(wording: frame.wording, token: context.session.map { PageToken.make(session: $0) } ?? "")
    page.find = query["q"] ?? ""
    page.mayBadge = Permissions.scope(of: .linkBadge, for: actor.role) != nil
    page.address = configuration.publicAddress == nil ? publicBase(request, context) : nil
    page.wasReplaced = query["done"] == "replace"
    page.wasBadgeReplaced = query["done"] == "badge"
    if let customer = query["customer"] {
      page.customer = customer
      page.customerName = await name(.customers, customer, by: actor)
      let machines = try await services.links.machines(of: customer, after: query["cursor"], by: actor)
      page.machines = machines.items
      page.next = machines.next.map { "/labels?customer=\(Address.escaped(customer))&cursor=\(Address.escaped($0))" }
    } else if query["badges"] != nil {
      page.badges = try await services.links.bearers(today: frame.wording.todayDate, by: actor)
    } else if let machine = query["machine"] {
      page.machines = try await services.links.machines(of: nil, or: machine, by: actor).items
    } else if let find = query["q"] {
      let hits = try await services.search.search(find, by: actor).items
      page.found = hits.filter { ($0.type == "customer" || $0.type == "equipment") && !$0.archived }
      // One customer or machine found: its labels at once.
      if page.found.count == 1, let only = page.found.first {
        return PageAnswer.redirect("/labels?\(only.type == "customer" ? "customer" : "machine")=\(Address.escaped(only.id))")
      }
    }
    return PageAnswer.html(pages.render("labels", frame, frame.wording.text("labels.title"), "labels", page), context.language)
  }

  private func labelSheet(_ request: Request, _ context: WebContext, _ actor: Actor) async throws -> Response {
    let form = try await LabelForm(request, context)
    let labels = try await services.links.labels(for: form.machines, by: actor), base = publicBase(request, context)
    let wording = Wording(form.language, now: Instant(milliseconds: 0), offsetSeconds: configuration.offsetSeconds)
    let stickers = labels.map { label in
      LabelSheet.Sticker(
        code: QRCode("\(base)/m/\(label.link.token)"), headline: wording.text("labels.scan"),
        first: LabelSheet.cut(label.machine.model, to: 20),
        second: LabelSheet.cut("SN \(label.machine.serialNumber)", to: 26))
    }
    return try await sheet(stickers, "labels.sheet", form, wording, request, context)
  }

  private func badgeSheet(_ request: Request, _ context: WebContext, _ actor: Actor) async throws -> Response {
    let form = try await LabelForm(request, context), base = publicBase(request, context)
    let wording = Wording(form.language, now: Instant(milliseconds: 0), offsetSeconds: configuration.offsetSeconds)
    let stickers = try await services.links.badges(today: frame(request, context).wording.todayDate, by: actor).map { link, badge in
      LabelSheet.Sticker(
        code: QRCode("\(base)/b/\(link.token)"), headline: wording.text("labels.scan-badge"), first: LabelSheet.cut(badge.name, to: 16),
        second: LabelSheet.cut(badge.badgeNumber ?? "", to: 20))
    }
    return try await sheet(stickers, "labels.badges", form, wording, request, context)
  }

  private func sheet(
    _ stickers: [LabelSheet.Sticker], _ title: String, _ form: LabelForm, _ wording: Wording, _ request: Request, _ context: WebContext
  ) async throws -> Response {
    var sheet = LabelSheet(
      size: form.size, stickers: stickers, skip: form.skip, title: wording.text(title), hotline: services.links.hotline() ?? "",
      company: configuration.companyName)
    sheet.isPrinted = form.isPDF
    let page = Frame(language: wording.language, now: wording.now, theme: .light)
    let html = pages.render("label-sheet", page, sheet.title, "", sheet.values())
    guard form.isPDF else { return PageAnswer.html(html, wording.language) }
    var response = Response(
      status: .ok, headers: [.contentType: "application/pdf", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(bytes: try await services.printer.pdf(html))))
    response.headers[.contentDisposition] = "inline; filename=\"labels-\(form.size.rawValue).pdf\""
    return response
  }

  func replaceLabel(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let form = try await PageForm(request)
    _ = try await services.links.replaceLabel(of: context.parameter("id"), by: actor)
    let back =
      form["customer"].isEmpty ? "machine=\(Address.escaped(try context.parameter("id")))" : "customer=\(Address.escaped(form["customer"]))"
    return PageAnswer.redirect("/labels?\(back)&done=replace")
  }

  func replaceBadge(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    _ = try await services.links.replaceBadge(of: context.parameter("id"), by: actor)
    return PageAnswer.redirect("/labels?badges=1&done=badge")
  }
}

/// What a sheet is to hold: the machines ticked, the size, how many places are gone already.
struct LabelForm: Sendable {
  let machines: [String]
  let size: LabelSheet.Size
  let skip: Int
  let language: Language
  let isPDF: Bool

  /// The same name comes once for each machine, which other forms refuse: so it is read here, as `m-ID=on`.
  init(_ request: Request, _ context: WebContext) async throws {
    let form = try await PageForm(request)
    machines = form.values.keys.filter { $0.hasPrefix("m-") }.map { String($0.dropFirst(2)) }.sorted()
    guard let size = LabelSheet.Size(rawValue: form["size"]) else {
      throw InputRefusal.field("size", "Choose one of \(LabelSheet.Size.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    self.size = size
    skip = Int(form["skip"]) ?? 0
    // Labels are read by the hospital, and are Chinese unless told otherwise (REP-2).
    language = Language(rawValue: form["lang"]) ?? .zh
    isPDF = form["as"] == "pdf"
  }
}
