import Domain
import HTTPTypes
import Hummingbird
import Operations

/// What has not been sent, on the phone itself; and the phones of all, for the office.
extension PageRoutes {
  func unsentPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let page = UnsentPage(
      frame: frame(request, context), staff: actor.staff?.text ?? "", isOpen: request.isOpenToRead(context))
    return PageAnswer.html(pages.unsent(page), context.language)
  }

  func devicesPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let query = try PageQuery(request)
    let list = try await services.devices.list(after: query["cursor"], limit: 50, by: actor)
    let page = DevicesPage(
      frame: frame(request, context), page: list, token: context.session.map { PageToken.make(session: $0) } ?? "",
      done: query["done"] == "forget")
    return PageAnswer.html(pages.devices(page), context.language)
  }

  func forgetDevice(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let form = try await PageForm(request)
    if let session = context.session { try PageToken.require(form["token"], session: session, request, context) }
    try await services.devices.forget(context.parameter("id"), by: actor)
    return PageAnswer.redirect("/devices?done=forget")
  }
}

struct UnsentPage: Sendable {
  var frame: Frame
  var staff: String
  var isOpen = false

  func values() -> some PageValue { UnsentValues(page: self) }
}

struct UnsentValues: PageValue {
  let page: UnsentPage

  func child(named name: String) -> Any? {
    switch name {
    case "staff": page.staff
    case "nowISO": page.frame.now.description
    case "dayToken": ""
    case "order": ""
    case "isOpen": page.isOpen
    case "formKey": ""
    default: nil
    }
  }
}

struct DevicesPage: Sendable {
  var frame: Frame
  var page: Page<DeviceView>
  var token = ""
  var done = false

  func values() -> some PageValue { DevicesValues(page: self) }
}

struct DevicesValues: PageValue {
  let page: DevicesPage

  func child(named name: String) -> Any? {
    switch name {
    case "devices": return page.page.items.map { DeviceRow(device: $0, wording: page.frame.wording) }
    case "isEmpty": return page.page.items.isEmpty
    case "token": return page.token
    case "done": return page.done
    case "nextPage": return page.page.next.map { "/devices?cursor=\(Address.escaped($0))" } ?? false
    default: return nil
    }
  }
}

struct DeviceRow: PageValue {
  let device: DeviceView
  let wording: Wording

  func child(named name: String) -> Any? {
    switch name {
    case "deviceWho": device.staff.name
    case "deviceKind": device.kind
    case "deviceSeen": wording.text("devices.seen", wording.moment(device.seenAt))
    case "deviceSilent":
      device.isSilent
        ? wording.text("devices.silent", wording.duration(milliseconds: max(0, wording.now.milliseconds(since: device.seenAt)))) : false
    case "deviceUnsent":
      device.unsent > 0
        ? wording.text("devices.unsent", String(device.unsent))
          + (device.oldestAt.map { wording.text("devices.oldest", wording.moment($0)) } ?? "") : wording.text("devices.none")
    case "deviceRefused": device.refused > 0 ? wording.text("devices.refused", String(device.refused)) : false
    case "deviceForget": device.forgetAt.map { wording.text("devices.forgetting", wording.moment($0)) } ?? false
    case "deviceAction": "/devices/\(Address.escaped(device.id))/forget"
    default: nil
    }
  }
}

extension Pages {
  func unsent(_ page: UnsentPage) -> String {
    render("phone-unsent", page.frame, page.frame.wording.text("phone.unsent"), "unsent", page.values())
  }
  func devices(_ page: DevicesPage) -> String {
    render("devices", page.frame, page.frame.wording.text("devices.title"), "devices", page.values())
  }
}
