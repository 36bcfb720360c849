import Domain
import HTTPTypes
import Hummingbird
import Operations

/// The links of a case on its page: copy, show as a code, send, revoke.
struct CaseLinksPart: PageValue {
  struct Row: Sendable {
    let link: LinkView
    let address: String
  }

  let rows: [Row]
  /// The case's machine, whose label is printed from here.
  var machine: String?
  /// `/requests/NUMBER`.
  let here: String
  let number: String
  let wording: Wording
  let hotline: String?
  /// The address that links begin with where no public one is set; nil where one is.
  var address: String?

  func child(named: String) -> Any? {
    switch named {
    case "links": rows.prefix(20).map { Line(row: $0, part: self) }
    case "hasLinks": !rows.isEmpty
    case "machineLabel": machine.map { "/labels?machine=\(Address.escaped($0))" } ?? false
    case "makeLink": "\(here)/links"
    case "linkAddressNote": address.map { wording.text("links.no-address", $0) } ?? false
    default: nil
    }
  }

  private struct Line: PageValue {
    let row: Row
    let part: CaseLinksPart

    private var wording: Wording { part.wording }
    private var isValid: Bool { row.link.revokedAt == nil }

    func child(named: String) -> Any? {
      switch named {
      case "linkAddress": row.address
      case "linkIsValid": isValid
      case "linkState": state
      case "linkID": "link-\(row.link.id)"
      case "linkRevoke": isValid ? "\(part.here)/links/\(row.link.id)/revoke" : false
      case "linkCode": isValid ? code : false
      case "linkText":
        part.hotline.map { wording.text("links.text", part.number, row.address, $0) }
          ?? wording.text("links.text-bare", part.number, row.address)
      default: nil
      }
    }

    private var code: Code? { QRCode(row.address).map { Code(code: $0) } }

    private var state: String {
      if let at = row.link.revokedAt { return wording.text("links.revoked", wording.moment(at)) }
      let made = wording.text(row.link.createdBy.hasPrefix("link:") ? "links.by-label" : "links.made", wording.moment(row.link.createdAt))
      return row.link.usedAt.map { "\(made) · \(wording.text("links.used", wording.moment($0)))" } ?? made
    }
  }

  private struct Code: PageValue {
    let code: QRCode
    func child(named: String) -> Any? {
      switch named {
      case "codeSide": code.side
      case "codePath": code.path
      default: nil
      }
    }
  }
}

extension PageRoutes {
  var linkRoutes: [Route] {
    [
      signedIn(.post, "/requests/{id}/links", .right(.linkCase)) { request, context, actor in
        let reference = try context.parameter("id")
        _ = try await services.links.makeCaseLink(for: reference, by: actor)
        return PageAnswer.redirect("/requests/\(Address.escaped(reference))#links")
      },
      signedIn(.post, "/requests/{id}/links/{link}/revoke", .right(.linkCase)) { request, context, actor in
        try await services.links.revoke(context.parameter("link"), by: actor)
        return PageAnswer.redirect("/requests/\(Address.escaped(try context.parameter("id")))#links")
      },
    ]
  }

  /// What the case's page shows of its links; nil for whoever may make none.
  func caseLinks(of view: RequestView, _ request: Request, _ context: WebContext, _ actor: Actor) async throws -> CaseLinksPart? {
    guard Permissions.scope(of: .linkCase, for: actor.role) != nil else { return nil }
    let base = publicBase(request, context)
    let links = try await services.links.caseLinks(of: view.id, by: actor)
    return CaseLinksPart(
      rows: links.map { .init(link: $0, address: "\(base)/c/\($0.token)") },
      machine: Permissions.scope(of: .linkLabel, for: actor.role) == nil ? nil : view.equipment?.id,
      here: "/requests/\(Address.escaped(view.number))",
      number: view.number, wording: frame(request, context).wording, hotline: services.links.hotline(),
      address: configuration.publicAddress == nil ? base : nil)
  }
}
