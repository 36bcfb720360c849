import Domain
import Operations

/// My day: the next job large, then all of today.
struct PhoneDayPage: Sendable {
  var frame: Frame
  var day: MyDay
  /// The page came without encryption.
  var isOpen = false
  var formKey = ""
  /// The step just taken.
  var done: String?

  func values() -> some PageValue { PhoneDayValues(page: self) }
}

extension Pages {
  func myDay(_ page: PhoneDayPage) -> String {
    render("phone-day", page.frame, page.frame.wording.text("nav.day"), "day", page.values())
  }

  func job(_ page: PhoneJobPage) -> String {
    render("phone-job", page.frame, page.job.place.customer ?? page.job.order.number, "job", page.values())
  }
}

struct PhoneDayValues: PageValue {
  let page: PhoneDayPage
  private let next: JobCard?
  private let dock: [DockStep]

  init(page: PhoneDayPage) {
    self.page = page
    let wording = page.frame.wording
    next = page.day.jobs.first.map { JobCard(job: $0, wording: wording) }
    dock = page.day.jobs.first.map { job in DockStep.all(of: job, on: .day, wording) } ?? []
  }

  func child(named name: String) -> Any? {
    let wording = page.frame.wording
    switch name {
    case "heading": return wording.dayHeadingLong(page.day.now)
    case "staff": return page.day.engineer.id
    case "nowISO": return page.day.now.description
    case "dayToken": return page.day.token
    case "isOpen": return page.isOpen
    case "order": return next?.job.order.number ?? ""
    case "next": return next ?? false
    case "hasRows": return !page.day.jobs.isEmpty || !page.day.ended.isEmpty
    case "rows": return page.day.ended.map { DayRow(ended: $0, wording) } + page.day.jobs.map { DayRow(job: $0, wording, page.day.now) }
    case "hasMore": return page.day.hasMore
    case "dock": return dock
    case "hasDock": return !dock.isEmpty
    case "formKey": return page.formKey
    case "done": return page.done.map { wording.text("phone.done", wording.word("step", $0)) } ?? false
    case "otherJobs": return page.day.jobs.dropFirst().first.map { "/my-day/\(Address.escaped($0.order.number))" } ?? "/my-day"
    default: return nil
    }
  }
}

/// One line of today.
struct DayRow: PageValue {
  let time, who, what, state, icon, href, order: String
  let isPast: Bool
  var isNow = false

  init(ended job: EndedJob, _ wording: Wording) {
    time = wording.clock(job.endedAt)
    who = job.customer ?? wording.text("phone.no-customer")
    what = [job.machine, job.summary].compactMap { $0 }.joined(separator: " · ")
    state = wording.word("order", job.order.state.rawValue)
    (icon, isPast) = (job.order.state == .left ? "check" : "merge", true)
    order = job.order.number
    href = "/my-day/\(Address.escaped(job.order.number))"
  }

  init(job: Job, _ wording: Wording, _ now: Instant) {
    let since = job.order.arrivedAt ?? job.order.departedAt
    // What is still to come stands with its planned hour; without a plan by when it must begin.
    let ahead = job.order.plannedAt ?? job.request.nearest?.reading.due
    time = since.map(wording.clock) ?? ahead.map { wording.isToday($0) ? wording.clock($0) : wording.shortDay($0) } ?? ""
    who = job.place.customer ?? wording.text("phone.no-customer")
    what = [job.machine?.model, job.request.summary].compactMap { $0 }.joined(separator: " · ")
    state = wording.word("order", job.order.state.rawValue)
    icon = job.order.state == .dispatched ? "more" : job.order.state == .departed ? "nav" : "pin"
    (isPast, isNow) = (false, since != nil)
    order = job.order.number
    href = "/my-day/\(Address.escaped(job.order.number))"
  }

  func child(named name: String) -> Any? {
    switch name {
    case "rowTime": time
    case "rowWho": who
    case "rowWhat": what
    case "rowState": state
    case "rowIcon": icon
    case "rowHref": href
    case "rowOrder": order
    case "isPast": isPast
    case "isNow": isNow
    default: nil
    }
  }
}

extension Wording {
  /// `周一 11月23日`.
  func dayHeadingLong(_ instant: Instant) -> String { day(instant) }
}
