import Domain
import Operations

/// One step under the thumb. All that lie ahead stand in the page, the first one shown: a phone without a network goes on by itself.
struct DockStep: PageValue {
  enum Place { case day, job }

  let step: RequestStep
  let words, then, icon: String
  /// A form with something to fill in: on the day's page a link to the job.
  let hasInputs: Bool
  let href, action: String
  let isFirst: Bool
  let place: Place

  static func all(of job: Job, on place: Place, _ wording: Wording) -> [DockStep] {
    let base = "/my-day/\(Address.escaped(job.order.number))"
    return job.plan.enumerated().map { index, step in
      let hasInputs = !step.shape.fields.allSatisfy { $0.name == "occurredAt" || $0.name == "lateReason" }
      let next = index + 1 < job.plan.count ? wording.text("phone.then.\(job.plan[index + 1].rawValue)") : ""
      let short = job.place.short ?? job.place.customer ?? ""
      let words =
        step == .depart && !short.isEmpty ? wording.text("phone.go.depart-to", short) : wording.text("phone.go.\(step.rawValue)")
      return DockStep(
        step: step, words: words, then: step == .depart || step == .arrive || step == .leave ? "" : next, icon: icons[step] ?? "",
        hasInputs: hasInputs, href: "\(base)#step-\(step.rawValue)", action: "\(base)/\(step.rawValue)", isFirst: index == 0, place: place)
    }
  }

  private static let icons: [RequestStep: String] = [.depart: "nav", .arrive: "pin", .leave: "go", .confirm: "edit", .clear: "check"]

  func child(named name: String) -> Any? {
    switch name {
    case "dockStep": step.rawValue
    case "dockWords": words
    case "dockThen": then.isEmpty ? false : then
    case "dockIcon": icon.isEmpty ? false : icon
    case "dockHref": href
    case "dockAction": action
    case "isLink": hasInputs && place == .day
    case "isSubmit": hasInputs && place == .job
    case "isPlain": !hasInputs
    case "isFirst": isFirst
    default: nil
    }
  }
}
