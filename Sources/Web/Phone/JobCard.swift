import Domain
import Operations

/// A job on one card: where, what, by when, what to bring, how to get there and whom to call.
struct JobCard: PageValue {
  let job: Job
  let wording: Wording

  /// `0042`.
  static func short(_ number: String) -> String { number.split(separator: "-").last.map(String.init) ?? number }

  private var machineLine: String {
    [job.machine?.model ?? job.request.equipment?.model, job.request.equipment?.serialNumber].compactMap { $0 }.joined(separator: " ")
  }
  private var whereLine: String {
    [job.place.site, job.place.department, machineLine.isEmpty ? nil : machineLine].compactMap { $0 }.joined(separator: " · ")
  }

  func child(named name: String) -> Any? {
    switch name {
    case "cardTag": wording.text(job.order.state == .dispatched ? "phone.next" : "order.\(job.order.state.rawValue)")
    case "cardNumber": Self.short(job.request.number)
    case "cardCustomer": job.place.customer ?? wording.text("phone.no-customer")
    case "cardWhere": whereLine
    case "cardAddress": job.place.address ?? false
    case "cardSummary": job.request.summary
    case "cardDescription": job.request.description ?? false
    case "isUrgent": job.request.urgency == .emergency
    case "isHarm": job.request.harm != .none
    case "cardPaused": job.request.paused
    case "clocks": job.request.nearest.map { [ClockPart($0, wording)] } ?? []
    case "bring": job.bring.isEmpty ? false : wording.list(job.bring)
    case "contactName": job.request.contact.name ?? wording.text("phone.call")
    case "contactPhone": job.request.contact.phone.map { $0.filter { !$0.isWhitespace } } ?? false
    case "routes": RouteLink.all(to: job.place, wording)
    case "canNavigate": !job.place.name.isEmpty
    case "jobHref": "/my-day/\(Address.escaped(job.order.number))"
    case "hasHistory": job.machine?.history.isEmpty == false
    default: nil
    }
  }
}

/// The way there in an app of the engineer's choice.
struct RouteLink: PageValue {
  let id, name, href: String

  /// By its coordinates, shifted as each map needs it; by the address in words where nobody said them.
  static func all(to place: JobPlace, _ wording: Wording) -> [RouteLink] {
    let words = Address.escaped([place.address, place.name].compactMap { $0 }.first { !$0.isEmpty } ?? "")
    let name = Address.escaped(place.name)
    if let coordinate = place.coordinate {
      let shifted = ChinaCoordinate.gcj02(coordinate), baidu = shifted.bd09
      func text(_ degrees: Double) -> String { ChinaCoordinate.text(degrees) }
      return [
        RouteLink(
          id: "amap", name: wording.text("phone.map.amap"),
          href: "https://uri.amap.com/navigation?to=\(text(shifted.longitude)),\(text(shifted.latitude)),\(name)"
            + "&mode=car&coordinate=gaode&src=weibao&callnative=1"),
        RouteLink(
          id: "baidu", name: wording.text("phone.map.baidu"),
          href: "https://api.map.baidu.com/marker?location=\(text(baidu.latitude)),\(text(baidu.longitude))"
            + "&title=\(name)&content=\(words)&coord_type=bd09ll&output=html&src=weibao"),
        RouteLink(
          id: "apple", name: wording.text("phone.map.apple"),
          href: "https://maps.apple.com/?daddr=\(text(shifted.latitude)),\(text(shifted.longitude))&q=\(name)&dirflg=d"),
      ]
    }
    return [
      RouteLink(
        id: "amap", name: wording.text("phone.map.amap"), href: "https://uri.amap.com/search?keyword=\(name)&src=weibao&callnative=1"),
      RouteLink(
        id: "baidu", name: wording.text("phone.map.baidu"),
        href: "https://api.map.baidu.com/geocoder?address=\(words)&output=html&src=weibao"),
      RouteLink(id: "apple", name: wording.text("phone.map.apple"), href: "https://maps.apple.com/?daddr=\(words)&dirflg=d"),
    ]
  }

  func child(named name: String) -> Any? {
    switch name {
    case "routeID": id
    case "routeName": self.name
    case "routeHref": href
    default: nil
    }
  }
}
