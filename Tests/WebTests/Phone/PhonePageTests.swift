import Domain
import HTTPTypes
import Testing

@testable import Operations
@testable import Web

@Suite struct PhonePageTests {
  private let pages = try! Pages()

  private func order(_ state: WorkOrderState) -> WorkOrderView {
    let now = PageSamples.now
    return WorkOrderView(
      id: "w", number: "WO-20261123-0007", request: "r", requestNumber: "SR-20261123-0042", state: state,
      engineer: .init(id: "staff-1", name: "王"), partner: nil, dispatchedAt: now - 7_200, departedAt: now - 3_600,
      arrivedAt: state == .arrived ? now - 600 : nil, leftAt: nil, handedBackAt: nil, version: 2, steps: [])
  }

  private func job(_ state: WorkOrderState = .arrived, bare: Bool = false) -> Job {
    let evil = PageSamples.evil
    guard !bare else {
      return Job(order: order(state), request: PageSamples.view(bare: true), plan: TripPlan(state, of: .working).steps, place: JobPlace())
    }
    let past = PastRepair(
      number: "SR-20260612-0003", summary: evil, reportedAt: PageSamples.now - 900_000, state: .closed, cause: .hardware, part: evil,
      remedy: evil, byName: evil)
    return Job(
      order: order(state), request: PageSamples.view(orders: [order(state)]), plan: TripPlan(state, of: .working).steps,
      others: [.pause, .attempt, .handBack, .comment, .reject],
      place: JobPlace(customer: evil, short: evil, site: evil, department: evil, address: evil),
      machine: JobMachine(id: "e", serialNumber: "DX-1", model: evil, category: "DR", history: [past]),
      located: .init(cause: .hardware, part: evil), remedy: evil, isAgreed: true,
      recorded: [
        .init(
          workOrder: WorkOrderID("w"), work: evil, parts: [evil],
          readings: [.init(name: "供电板 5 V 输出", value: "4.12", unit: "V", expected: "4.75–5.25", passed: false)])
      ], photos: 3)
  }

  private func frame(_ language: Language) -> Frame { PageSamples.frame(language, role: .engineer) }

  private func day(_ language: Language, _ jobs: [Job]) -> String {
    let ended = EndedJob(
      order: order(.left), customer: PageSamples.evil, machine: PageSamples.evil, summary: PageSamples.evil, endedAt: PageSamples.now)
    return pages.myDay(
      PhoneDayPage(
        frame: frame(language),
        day: MyDay(
          now: PageSamples.now, engineer: .init(id: "staff-1", name: "王"), jobs: jobs, hasMore: true, ended: [ended], token: "t"),
        isOpen: true, formKey: "k", done: "depart"))
  }

  @Test(arguments: Language.allCases)
  func `my day and a job are whole in both languages, whatever people typed`(_ language: Language) {
    let steps: [WorkOrderState] = [.dispatched, .departed, .arrived]
    var texts = steps.map { day(language, [job($0), job(.dispatched, bare: true)]) } + [day(language, [])]
    for state in steps + [.left] {
      texts.append(pages.job(PhoneJobPage(frame: frame(language), job: job(state), isOpen: true, token: "t", formKey: "k", done: "arrive")))
      texts.append(pages.job(PhoneJobPage(frame: frame(language), job: job(state, bare: true))))
    }
    let refused = RefusedStep(
      step: "locate", workOrder: nil, values: ["part": PageSamples.evil], message: PageSamples.evil, fields: ["cause": PageSamples.evil])
    texts.append(pages.job(PhoneJobPage(frame: frame(language), job: job(), refused: refused)))
    texts.append(pages.unsent(UnsentPage(frame: frame(language), staff: "staff-1", isOpen: true)))
    let now = PageSamples.now
    let devices = [true, false].map { silent in
      DeviceView(
        id: "d", staff: .init(id: "s", name: PageSamples.evil), kind: PageSamples.evil, seenAt: now - 3_600, unsent: silent ? 3 : 0,
        refused: silent ? 1 : 0, oldestAt: silent ? now - 7_200 : nil, forgetAt: silent ? nil : now, isOut: true, isSilent: silent)
    }
    for list in [devices, []] {
      let page = DevicesPage(
        frame: PageSamples.frame(language, role: .dispatcher), page: Page(items: list, next: list.isEmpty ? nil : "c"), done: true)
      texts.append(pages.devices(page))
    }
    for text in texts {
      PageCheck.expectWhole(text, language)
      #expect(!text.contains("<script>alert") && text.firstMatch(of: /[>"\s](phone|devices)\.[a-z-]+[<"\s]/) == nil)
    }
  }

  @Test func `the big step names its effect; those that follow wait in the page for a phone without a network (FLT-4)`() {
    let text = day(.zh, [job(.dispatched)])
    #expect(text.contains("出发去") && text.matches(of: /id="big-step"/).count == 1)
    #expect(text.matches(of: /data-dock="[a-z-]+" hidden/).count == 7)
    let there = pages.job(PhoneJobPage(frame: frame(.zh), job: job(.arrived)))
    #expect(there.matches(of: /id="big-step"/).count == 1 && there.contains("4.12 V") && there.contains("超出范围"))
    #expect(there.contains(#"data-stepbox="confirm""#) && there.contains("data-sign"))
  }

  @Test func `readings are recorded by their Chinese names, with what they should be and whether they are (FLT-4)`() throws {
    var form = try PageForm(text: "reading-v5=4.12&reading-v24=%E6%AD%A3%E5%B8%B8&work=%E6%8D%A2%E6%9D%BF&parts=a%EF%BC%9Bb")
    let fields = try PhoneRecord.fields(of: form, .dr)
    let body = try #require(fields.list("readings"))
    #expect(body.count == 2 && fields.list("parts")?.count == 2 && fields.text("work") == "换板")
    guard case .object(let first) = body[0], case .object(let second) = body[1] else { return }
    #expect(first.text("name") == "供电板 5 V 输出" && first.text("expected") == "4.75–5.25" && first.bool("passed") == false)
    #expect(second.bool("passed") == nil)
    form = try PageForm(text: "work=&parts=%3B")
    #expect(throws: InputRefusal.self) { try PhoneRecord.fields(of: form, .dr) }
  }

  @Test func `a step from the phone's queue is answered in JSON, a form's with the page (FLT-4)`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      let staff = try await caller.post("/api/v1/staff", #"{"name":"徐建军","role":"engineer"}"#).text("id")
      #expect(try await caller.by("engineer").get("/my-day", [("Accept", "text/html")]).status == 200)
      let id = try await desk.report(caller).id
      _ = try await caller.post("/api/v1/requests/\(id)/accept")
      let sent = try await caller.post("/api/v1/requests/\(id)/dispatch", #"{"engineer":"\#(staff)"}"#)
      let order = try #require((sent.json["workOrders"] as? [[String: Any]])?.first?["number"] as? String)
      // Somebody else's job is no page at all.
      let foreign = try await caller.by("engineer").get("/my-day/\(order)", [("Accept", "text/html")])
      #expect(foreign.status == 404)
      let queued = try await caller.by("engineer").call(
        .post, "/my-day/\(order)/depart", "key=1", [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")])
      #expect(queued.status == 404)
      let package = try await caller.by("engineer").get("/api/v1/my-day")
      #expect(package.status == 200 && (package.json["jobs"] as? [Any])?.isEmpty == true)
    }
  }
}
