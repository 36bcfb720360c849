import Domain
import Foundation
import Persistence
import Testing

@testable import Operations

@Suite struct RepairReportTests {
  /// A PNG of one pixel.
  static let signature =
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

  private func told(_ desk: TestDesk) async throws -> (number: String, order: String) {
    let number = try await desk.report()["number"].text
    try await desk.take(.accept, on: number)
    desk.at("09:10")
    try await desk.take(.attempt, ["level": "phone", "result": "failed", "note": "电话指导无效"], on: number, by: desk.wang)
    desk.at("09:20")
    let sent = try await desk.take(.dispatch, ["engineer": desk.wang.id], on: number, by: desk.gao)
    let order = sent["workOrders"][0]["number"].text
    desk.at("10:00")
    try await desk.take(.depart, order: order, by: desk.wang)
    desk.at("11:00")
    try await desk.take(.arrive, order: order, by: desk.wang)
    try await desk.take(.locate, ["cause": "hardware", "part": "供电板"], on: number, by: desk.wang)
    try await desk.take(.propose, ["remedy": "更换供电板"], on: number, by: desk.wang)
    try await desk.take(.agree, ["contact": "周主任", "how": "signature"], on: number, by: desk.wang)
    desk.at("11:30")
    let reading = Fields(["name": "电压", "value": "5.0", "unit": "V", "expected": "4.9–5.1", "passed": .bool(true)])
    try await desk.take(
      .record, ["work": "换板", "parts": .list(["PB-2207"]), "readings": .list([.object(reading)])], order: order, by: desk.wang)
    try await desk.take(.clear, ["cause": "hardware", "remedy": "更换供电板，试机正常"], on: number, by: desk.wang)
    try await desk.take(
      .confirm, ["contact": "𠮷㛃䶮", "how": "signature", "signature": .text(Self.signature)], on: number, by: desk.wang)
    desk.at("12:00")
    try await desk.take(.leave, order: order, by: desk.wang)
    try await desk.take(.signOff, on: number, by: desk.manager)
    return (number, order)
  }

  private func report(_ desk: TestDesk, _ number: String, order: String? = nil, by actor: Actor? = nil) async throws -> RepairReport {
    try await PaperOperations(desk.test.company).repairReport(of: number, workOrder: order, by: actor ?? desk.chen)
  }

  @Test func `it says what was reported, found, done, promised and signed (FLT-1..5, INT-5)`() async throws {
    let desk = try await TestDesk()
    let (number, order) = try await told(desk)
    let report = try await report(desk, number)
    #expect(report.number == number && report.summary == "DR 不启动")
    #expect(report.customer == "余干县人民医院" && report.site == "门诊楼" && report.branch == "余干服务站")
    #expect(report.machine?.model == "DR-3000" && report.machine?.serialNumber == "SN-1" && report.machine?.manufacturer == "万东")
    #expect(report.contactName == "周主任" && report.contactPhone == TestDesk.phone)
    #expect(report.acceptedAt == monday("09:00") && report.respondedAt == monday("09:10"))
    #expect(report.attempts.map(\.level) == [.phone] && report.attempts.first?.by == "王")
    #expect(report.cause == .hardware && report.part == "供电板" && report.proposal == "更换供电板")
    #expect(report.agreement?.name == "周主任" && report.agreement?.means == .signature)
    #expect(report.visits.map(\.number) == [order] && report.visits.first?.arrivedAt == monday("11:00"))
    #expect(report.visits.first?.work.first?.parts == ["PB-2207"] && report.visits.first?.work.first?.readings.first?.passed == true)
    #expect(report.outcome?.remedy == "更换供电板，试机正常" && report.outcome?.by == "王")
    #expect(report.confirmation?.word.name == "𠮷㛃䶮" && report.confirmation?.signature == Self.signature)
    #expect(report.signedOff?.by == "刘")
    #expect(report.targets.contains { $0.reading.id == "respond" && $0.reading.state == .met })
    let newest = try #require(try await desk.events("request/\(report.id)").last)
    #expect(report.head == newest.hash && report.version == newest.version && report.asOf == monday("12:00"))
  }

  @Test func `a rejected outcome takes confirmation and signatures back`() async throws {
    let desk = try await TestDesk()
    let (number, _) = try await told(desk)
    try await desk.take(.reject, ["contact": "周主任", "reason": "又坏了"], on: number)
    let report = try await report(desk, number)
    #expect(report.outcome == nil && report.confirmation == nil && report.signedOff == nil && report.cause == .hardware)
  }

  @Test func `whoever may read the case gets it, others learn nothing of it`() async throws {
    let desk = try await TestDesk()
    let (number, order) = try await told(desk)
    #expect(try await report(desk, number, by: desk.doctor).number == number)
    for actor in [desk.otherDoctor, desk.partner] {
      #expect(await desk.outcome { try await report(desk, number, by: actor) } == "missing access.not-found")
    }
    #expect(await desk.outcome { try await report(desk, "SR-20261123-9999") } == "missing access.not-found")
    #expect(try await report(desk, number, order: order).visits.count == 1)
    #expect(await desk.outcome { try await report(desk, number, order: "WO-20261123-9999") } == "missing access.not-found")
  }

  @Test func `a partner's paper tells only the partner's own visits (ORG-3)`() async throws {
    let desk = try await TestDesk()
    let number = try await desk.report()["number"].text
    try await desk.take(.accept, on: number)
    for engineer in [desk.wang, desk.partner] { try await desk.take(.dispatch, ["engineer": engineer.id], on: number, by: desk.gao) }
    #expect(try await report(desk, number).visits.count == 2)
    #expect(try await report(desk, number, by: desk.partner).visits.map(\.engineer) == ["赵"])
  }

  @Test func `a signature that unfolds to more than a screen is not put onto paper`() {
    #expect(DrawnSignature.isPrintable(Self.signature))
    var bytes = [UInt8](Data(base64Encoded: String(Self.signature.dropFirst(22)))!)
    bytes[17] = 1  // 65,537 pixels wide
    #expect(!DrawnSignature.isPrintable("data:image/png;base64," + Data(bytes).base64EncodedString()))
    for text in ["", "data:image/svg+xml;base64,AAAA", "data:image/png;base64,AAAA", "file:///etc/passwd"] {
      #expect(!DrawnSignature.isPrintable(text))
    }
  }
}
