import Domain
import Operations

/// One job on the spot: what to fill in now, readings, photos, what was before, and the one next step.
struct PhoneJobPage: Sendable {
  var frame: Frame
  var job: Job
  var isOpen = false
  var token = ""
  var formKey = ""
  var done: String?
  var refused: RefusedStep?

  func values() -> some PageValue { PhoneJobValues(page: self) }
}

struct PhoneJobValues: PageValue {
  let page: PhoneJobPage
  private let card: JobCard
  private let dock: [DockStep]
  private let forms: [PhoneStep]
  private let others: [PhoneStep]

  init(page: PhoneJobPage) {
    self.page = page
    let wording = page.frame.wording, job = page.job
    card = JobCard(job: job, wording: wording)
    dock = DockStep.all(of: job, on: .job, wording)
    let refused = page.refused
    func form(_ step: RequestStep, isFirst: Bool) -> PhoneStep {
      PhoneStep(
        step, of: job, key: "\(page.formKey)-\(step.rawValue)", refused: refused?.step == step.rawValue ? refused : nil, isFirst: isFirst,
        wording)
    }
    forms = job.plan.enumerated().map { form($1, isFirst: $0 == 0) }.filter { !$0.form.inputs.isEmpty }
    others = job.others.filter { !job.plan.contains($0) || $0 == .propose }.filter { step in
      // What is proposed anew stands beside a plan that is past it.
      step != .propose || !job.plan.contains(.propose)
    }.map { form($0, isFirst: false) }
  }

  func child(named name: String) -> Any? {
    let wording = page.frame.wording, job = page.job
    switch name {
    case "card": return card
    case "customer": return job.place.customer ?? wording.text("phone.no-customer")
    case "subline":
      let arrived = job.order.arrivedAt.map { wording.text("phone.arrived-at", wording.moment($0)) }
      return [JobCard.short(job.request.number), job.machine?.model, arrived ?? wording.word("order", job.order.state.rawValue)]
        .compactMap { $0 }.joined(separator: " · ")
    case "order": return job.order.number
    case "caseNumber": return job.request.number
    case "caseHref": return "/requests/\(Address.escaped(job.request.number))"
    case "staff": return job.order.engineer.id
    case "nowISO": return page.frame.now.description
    case "dayToken": return job.order.state.isOpen ? job.order.token : ""
    case "isOpen": return page.isOpen
    case "isThere": return job.order.state == .arrived || job.order.state == .left
    case "mayRecord": return job.order.state != .handedBack
    case "isUnderway": return job.order.state.isOpen
    case "isEnded": return !job.order.state.isOpen
    case "endedWords": return wording.text("phone.ended", wording.word("order", job.order.state.rawValue))
    case "forms": return forms
    case "others": return others
    case "hasOthers": return !others.isEmpty
    case "dock": return dock
    case "hasDock": return !dock.isEmpty
    case "formKey": return page.formKey
    case "token": return page.token
    case "done":
      return page.done.map { wording.text("phone.done", wording.word("step", $0)) } ?? false
    case "refusal": return page.refused.map(\.message) ?? false
    case "wasTyped": return page.refused?.isTyped == true
    case "readings": return readings
    case "readingsCount": return "\(readings.filter { $0.value != "" }.count) / \(readings.count)"
    case "recordAction": return "/my-day/\(Address.escaped(job.order.number))/record"
    case "recordWork": return page.refused?.step == "record" ? page.refused?.values["work"] ?? "" : ""
    case "recordParts": return page.refused?.step == "record" ? page.refused?.values["parts"] ?? "" : ""
    case "recordedLines": return recorded
    case "hasRecorded": return !recorded.isEmpty
    case "photoAction": return "/my-day/\(Address.escaped(job.order.number))/photos"
    case "photoCount": return job.photos
    case "photoWords": return wording.text("phone.photos", String(job.photos))
    case "history": return (job.machine?.history ?? []).map { HistoryRow(repair: $0, wording: wording) }
    case "hasHistory": return job.machine?.history.isEmpty == false
    case "knowsMachine": return job.machine != nil
    case "remedy": return job.remedy ?? false
    case "agreedWords": return wording.text(job.isAgreed ? "phone.agreed" : "phone.not-agreed")
    case "causeWords": return job.located.map { wording.word("cause", $0.cause.rawValue) } ?? false
    case "partWords": return job.located?.part ?? false
    case "serial": return job.request.equipment?.serialNumber ?? false
    case "warranty":
      return job.request.equipment?.warrantyEnds.map { wording.text("phone.warranty", wording.date($0)) } ?? false
    default: return nil
    }
  }

  private var recorded: [Choice] {
    let wording = page.frame.wording
    return page.job.recorded.flatMap { record -> [Choice] in
      var lines: [Choice] = []
      if let work = record.work { lines.append(Choice(value: "work", words: work)) }
      if let parts = record.parts, !parts.isEmpty {
        lines.append(Choice(value: "part", words: wording.text("story.parts", wording.list(parts))))
      }
      return lines
    }
  }

  /// The form's items with what was read last.
  private var readings: [ReadingRow] {
    let last = Dictionary(page.job.recorded.flatMap { $0.readings ?? [] }.map { ($0.name, $0) }) { $1 }
    let refused = page.refused?.step == "record" ? page.refused?.values : nil
    return page.job.readings.items.map { item in
      ReadingRow(
        item: item, value: last[item.zh]?.value ?? "", passed: last[item.zh]?.passed, typed: refused?["reading-\(item.id)"] ?? "",
        wording: page.frame.wording)
    }
  }
}

/// One thing to measure: what it should be, what it was last, a box for what it is.
struct ReadingRow: PageValue {
  let item: ReadingForm.Item
  let value: String
  let passed: Bool?
  let typed: String
  let wording: Wording

  func child(named name: String) -> Any? {
    switch name {
    case "readingID": item.id
    case "readingName": wording.language == .zh ? item.zh : item.en
    case "readingUnit": item.unit
    case "readingExpected": wording.text("phone.expected", item.expected, item.unit)
    case "readingLow": item.low.map { String($0) } ?? ""
    case "readingHigh": item.high.map { String($0) } ?? ""
    case "readingValue": value.isEmpty ? false : "\(value) \(item.unit)"
    case "readingTone": passed.map { $0 ? "met" : "late" } ?? ""
    case "readingIcon": passed == false ? "no" : "check"
    case "readingWords": passed.map { wording.text($0 ? "phone.within" : "phone.outside") } ?? ""
    case "readingTyped": typed
    default: nil
    }
  }
}

/// An earlier repair of the machine.
struct HistoryRow: PageValue {
  let repair: PastRepair
  let wording: Wording

  func child(named name: String) -> Any? {
    switch name {
    case "pastHref": "/requests/\(Address.escaped(repair.number))"
    case "pastTitle": "\(wording.shortDay(repair.reportedAt)) \(repair.summary)"
    case "pastWhat":
      [
        repair.cause.map { wording.word("cause", $0.rawValue) }, repair.part, repair.remedy, repair.byName,
        repair.remedy == nil ? wording.word("state", repair.state.rawValue) : nil,
      ].compactMap { $0 }.joined(separator: " · ")
    default: nil
    }
  }
}
