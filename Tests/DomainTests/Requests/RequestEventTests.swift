import Domain
import Testing

/// Event bodies are decided for good: these texts are what journals hold. A line here never changes; a changed body gets a
/// new schema number, an upcast, and a line of its own.
@Suite struct RequestEventTests {
  private static let who = Person(contact: ContactID("k1"), name: "n-hash", phone: "p-hash")
  private static let trip = RequestEvent.Trip(workOrder: WorkOrderID("w1"))
  private static let changed = {
    var it = RequestEvent.Changed()
    (it.urgency, it.kind, it.summary, it.description, it.contact) = (.emergency, .parts, "s", "d", who)
    (it.customer, it.site, it.equipment, it.branch, it.harm) = (CustomerID("c1"), SiteID(""), EquipmentID("e1"), BranchID("b1"), .injury)
    it.attributes = ["area": "outside"]
    return it
  }()

  private static let nine = try! Instant(parsing: "2026-11-23T09:00:00+08:00")

  private static func alarm(to role: String?, late: Bool) -> RequestEvent.Alarmed {
    .init(
      target: "respond", place: 0, since: nine, at: nine + 3_600, due: nine + 7_200, to: role, told: [StaffID("s1")], late: late)
  }

  /// Kind, body, event.
  static let fixtures: [(String, String, RequestEvent)] = [
    (
      "reported",
      #"{"attributes":{"area":"covered","class":"key"},"branch":"b1","channel":"label","contact":{"contact":"k1","name":"n-hash","phone":"p-hash"},"customer":"c1","description":"线/圈","equipment":"e1","harm":"suspected","kind":"support","number":"SR-20261123-0042","policy":"2026-11","site":"s1","summary":"DR 不启动","urgency":"emergency"}"#,
      .reported(
        .init(
          number: "SR-20261123-0042", kind: .support, urgency: .emergency, channel: .label, summary: "DR 不启动", description: "线/圈",
          contact: who, customer: CustomerID("c1"), site: SiteID("s1"), equipment: EquipmentID("e1"), branch: BranchID("b1"),
          harm: .suspected, policy: "2026-11", attributes: ["class": "key", "area": "covered"]))
    ),
    (
      "reported",
      #"{"attributes":{},"channel":"api","contact":{},"harm":"none","kind":"return","number":"SR-20261123-0001","policy":"p","summary":"x","urgency":"normal"}"#,
      .reported(
        .init(number: "SR-20261123-0001", kind: .return, urgency: .normal, channel: .api, summary: "x", contact: Person(), policy: "p"))
    ),
    ("accepted", #"{"owner":"chen"}"#, .accepted(.init(owner: StaffID("chen")))),
    ("accepted", "{}", .accepted(.init(owner: nil))),
    (
      "acknowledged", #"{"contact":{"contact":"k1","name":"n-hash","phone":"p-hash"},"how":"phone"}"#,
      .acknowledged(.init(contact: who, how: .phone))
    ),
    ("responded", "{}", .responded),
    (
      "attempted", #"{"level":"on-site-parts","note":"n","result":"solved"}"#,
      .attempted(.init(level: .onSiteParts, result: .solved, note: "n"))
    ),
    ("attempted", #"{"level":"phone","result":"failed"}"#, .attempted(.init(level: .phone, result: .failed))),
    ("remote-failed", "{}", .remoteFailed),
    ("located", #"{"cause":"operating-system","part":"disk"}"#, .located(.init(cause: .operatingSystem, part: "disk"))),
    ("level-raised", #"{"from":"phone","reason":"r","to":"on-site"}"#, .levelRaised(.init(from: .phone, to: .onSite, reason: "r"))),
    (
      "dispatched",
      #"{"engineer":"wang","number":"WO-20261123-0007","partner":"P","request":"r1","requestNumber":"SR-20261123-0042","workOrder":"w1"}"#,
      .dispatched(
        .init(
          workOrder: WorkOrderID("w1"), number: "WO-20261123-0007", request: RequestID("r1"), requestNumber: "SR-20261123-0042",
          engineer: StaffID("wang"), partner: "P"))
    ),
    (
      "dispatched",
      #"{"engineer":"wang","number":"WO-20261123-0007","plannedAt":"2026-11-23T04:00:00.000Z","request":"r1","requestNumber":"SR-20261123-0042","workOrder":"w1"}"#,
      .dispatched(
        .init(
          workOrder: WorkOrderID("w1"), number: "WO-20261123-0007", request: RequestID("r1"), requestNumber: "SR-20261123-0042",
          engineer: StaffID("wang"), partner: nil, plannedAt: Story.at("12:00")))
    ),
    ("departed", #"{"workOrder":"w1"}"#, .departed(trip)),
    ("arrived", #"{"workOrder":"w1"}"#, .arrived(trip)),
    ("left", #"{"workOrder":"w1"}"#, .left(trip)),
    ("handed-back", #"{"reason":"ill","workOrder":"w1"}"#, .handedBack(.init(workOrder: WorkOrderID("w1"), reason: "ill"))),
    (
      "work-recorded",
      #"{"parts":["fuse"],"readings":[{"expected":"80","name":"kV","passed":true,"unit":"kV","value":"79"}],"work":"w","workOrder":"w1"}"#,
      .workRecorded(
        .init(
          workOrder: WorkOrderID("w1"), work: "w", parts: ["fuse"],
          readings: [.init(name: "kV", value: "79", unit: "kV", expected: "80", passed: true)]))
    ),
    ("proposed", #"{"remedy":"Replace"}"#, .proposed(.init(remedy: "Replace"))),
    ("agreed", #"{"contact":{"contact":"k1","name":"n-hash","phone":"p-hash"},"how":"link"}"#, .agreed(.init(contact: who, how: .link))),
    (
      "remote-started", #"{"consent":{"contact":"k1","name":"n-hash","phone":"p-hash"},"purpose":"p","tool":"t"}"#,
      .remoteStarted(.init(consent: who, tool: "t", purpose: "p"))
    ),
    ("remote-ended", #"{"result":"stopped"}"#, .remoteEnded(.init(result: .stopped))),
    ("paused", #"{"reason":"access"}"#, .paused(.init(reason: .access))),
    ("resumed", "{}", .resumed),
    (
      "changed",
      #"{"attributes":{"area":"outside"},"branch":"b1","contact":{"contact":"k1","name":"n-hash","phone":"p-hash"},"customer":"c1","description":"d","equipment":"e1","harm":"injury","kind":"parts","site":"","summary":"s","urgency":"emergency"}"#,
      .changed(changed)
    ),
    ("cleared", #"{"cause":"hardware","remedy":"Fuse replaced"}"#, .cleared(.done)),
    ("standby-provided", #"{"equipment":"e1"}"#, .standbyProvided(.init(equipment: EquipmentID("e1")))),
    (
      "confirmed", #"{"contact":{"contact":"k1","name":"n-hash","phone":"p-hash"},"how":"signature","signature":"s-hash"}"#,
      .confirmed(.init(contact: who, how: .signature, signature: "s-hash"))
    ),
    (
      "rejected", #"{"contact":{"contact":"k1","name":"n-hash","phone":"p-hash"},"reason":"r"}"#,
      .rejected(.init(contact: who, reason: "r"))
    ),
    ("signed-off", "{}", .signedOff),
    ("closed", "{}", .closed(.init())),
    ("closed", #"{"reason":"r"}"#, .closed(.init(reason: "r"))),
    ("reopened", #"{"reason":"r"}"#, .reopened(.init(reason: "r"))),
    ("cancelled", #"{"reason":"r"}"#, .cancelled(.init(reason: "r"))),
    (
      "merged", #"{"into":"r2","number":"SR-20261123-0002","reason":"r"}"#,
      .merged(.init(into: RequestID("r2"), number: "SR-20261123-0002", reason: "r"))
    ),
    ("absorbed", #"{"number":"SR-20261123-0003","request":"r3"}"#, .absorbed(.init(request: RequestID("r3"), number: "SR-20261123-0003"))),
    (
      "attached",
      #"{"attachment":"a1","code":"SR-20261123-0042","file":"f1","height":3,"internal":true,"name":"n-hash","note":"n","pages":2,"paper":"repair-report","sha256":"s-hash","size":12,"type":"image/jpeg","width":4}"#,
      .attached(
        .init(
          attachment: AttachmentID("a1"), file: FileID("f1"), sha256: "s-hash", name: "n-hash", type: "image/jpeg", size: 12, width: 4,
          height: 3,
          pages: 2, note: "n", isInternal: true, paper: "repair-report", code: "SR-20261123-0042"))
    ),
    (
      "attached", #"{"attachment":"a1","file":"f1","name":"n-hash","sha256":"s-hash","size":1,"type":"text/plain"}"#,
      .attached(
        .init(attachment: AttachmentID("a1"), file: FileID("f1"), sha256: "s-hash", name: "n-hash", type: "text/plain", size: 1))
    ),
    (
      "attachment-erased", #"{"attachment":"a1","reason":"r","sha256":"s-hash"}"#,
      .attachmentErased(.init(attachment: AttachmentID("a1"), sha256: "s-hash", reason: "r"))
    ),
    ("commented", #"{"text":"二\n行"}"#, .commented(.init(text: "二\n行"))),
    ("commented", #"{"audience":"customer","text":"t"}"#, .commented(.init(text: "t", audience: .customer))),
    (
      "policy-moved",
      #"{"due":[{"now":"2026-11-23T01:00:00.000Z","target":"respond"}],"from":"a","reason":"r","to":"b"}"#,
      .policyMoved(.init(from: "a", to: "b", reason: "r", due: [.init(target: "respond", was: nil, now: nine)]))
    ),
    (
      "due-changed",
      #"{"due":[{"now":"2026-11-23T01:00:00.000Z","target":"respond","was":"2026-11-23T01:00:00.000Z"}],"from":"a","to":"a-r2","years":[2027]}"#,
      .dueChanged(.init(from: "a", to: "a-r2", years: [2027], due: [.init(target: "respond", was: nine, now: nine)]))
    ),
    (
      "warned",
      #"{"at":"2026-11-23T02:00:00.000Z","due":"2026-11-23T03:00:00.000Z","late":false,"place":0,"since":"2026-11-23T01:00:00.000Z","target":"respond","to":"call-taker","told":["s1"]}"#,
      .warned(alarm(to: "call-taker", late: false))
    ),
    (
      "escalated",
      #"{"at":"2026-11-23T02:00:00.000Z","due":"2026-11-23T03:00:00.000Z","late":true,"place":0,"since":"2026-11-23T01:00:00.000Z","target":"respond","told":["s1"]}"#,
      .escalated(alarm(to: nil, late: true))
    ),
    (
      "escalation-answered",
      #"{"answer":"handed-on","by":"s1","note":"n","place":1,"since":"2026-11-23T01:00:00.000Z","target":"respond","to":"s2"}"#,
      .escalationAnswered(
        .init(
          target: "respond", place: 1, since: nine, answer: .handedOn, by: StaffID("s1"), to: StaffID("s2"), note: "n"))
    ),
    ("corrected", #"{"erased":["h1","h2"]}"#, .corrected(.init(erased: ["h1", "h2"]))),
  ]

  @Test(arguments: fixtures.indices)
  func `a body is written and read to the letter`(_ index: Int) throws {
    let (kind, body, event) = Self.fixtures[index]
    #expect(event.kind == kind)
    #expect(event.body() == body)
    #expect(try RequestEvent(kind: kind, schema: 1, body: body) == event)
  }

  @Test func `every kind has its fixture`() {
    #expect(Set(Self.fixtures.map(\.0)).count == 40)
  }

  @Test func `a manager's late reason goes with the body and does not hinder reading`() throws {
    let body = RequestEvent.responded.body(lateReason: "no network")
    #expect(body == #"{"lateReason":"no network"}"#)
    #expect(try RequestEvent(kind: "responded", schema: 1, body: body) == .responded)
    let cleared = RequestEvent.cleared(.done).body(lateReason: "x")
    #expect(cleared == #"{"cause":"hardware","lateReason":"x","remedy":"Fuse replaced"}"#)
    #expect(try RequestEvent(kind: "cleared", schema: 1, body: cleared) == .cleared(.done))
  }

  @Test func `an unknown kind or schema is said by name, not guessed`() {
    #expect(throws: UnreadableEvent(kind: "teleported", schema: 1)) { try RequestEvent(kind: "teleported", schema: 1, body: "{}") }
    #expect(throws: UnreadableEvent(kind: "responded", schema: 2)) { try RequestEvent(kind: "responded", schema: 2, body: "{}") }
  }
}
