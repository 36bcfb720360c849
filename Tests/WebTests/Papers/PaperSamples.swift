import Domain

@testable import Operations
@testable import Web

/// Forms with something in every place, and with nothing in any.
enum PaperSamples {
  static func report(full: Bool) -> RepairReport {
    let now = PageSamples.now, evil = PageSamples.evil
    var report = RepairReport(
      id: "r", number: "SR-20261123-0042", kind: .support, urgency: .emergency, channel: .hotline, state: .confirmed, harm: .none,
      summary: evil, reportedAt: now, visits: [], targets: [], version: 7, asOf: now, head: String(repeating: "ab", count: 32))
    guard full else { return report }
    report.harm = .suspected
    report.description = evil
    (report.customer, report.site, report.address, report.contactName, report.contactPhone) = (evil, evil, evil, evil, "0793-1")
    (report.branch, report.branchPhone, report.acceptedAt, report.respondedAt) = (evil, "0793-2", now, now)
    report.machine = .init(
      model: evil, serialNumber: "DX-1", manufacturer: evil, category: "DR", department: evil, udi: "1",
      installedOn: CivilDate(daysSinceEpoch: 20_000), warrantyEnds: CivilDate(daysSinceEpoch: 21_000))
    report.attempts = SupportLevel.allCases.map { .init(at: now, level: $0, solved: $0 == .phone, note: evil, by: evil) }
    (report.cause, report.part, report.proposal) = (.hardware, evil, evil)
    report.agreement = .init(at: now, name: evil, means: .phone)
    let reading = RequestEvent.WorkRecorded.Measured(name: evil, value: "5", unit: "V", expected: "5", passed: false)
    report.visits = [
      .init(
        number: "WO-1", engineer: evil, badge: "WB-1", partner: evil, dispatchedAt: now, departedAt: now, arrivedAt: now, leftAt: now,
        handedBackAt: nil, work: [.init(at: now, work: evil, parts: [evil], readings: [reading], by: evil)]),
      .init(number: "WO-2", engineer: "王", dispatchedAt: now, handedBackAt: now, work: []),
    ]
    report.outcome = .init(at: now, cause: .hardware, remedy: evil, by: evil)
    report.confirmation = .init(word: .init(at: now, name: evil, means: .signature), signature: "data:image/png;base64,AAAA")
    report.signedOff = .init(at: now, by: evil)
    report.targets = PageSamples.targets
    return report
  }

  static func all(_ language: Language, isPrinted: Bool) -> [PaperValues] {
    let wording = Wording(language, now: Instant(milliseconds: 0), offsetSeconds: 8 * 3_600)
    return [true, false].map { full in
      let frame = PaperFrame(
        company: full ? PageSamples.evil : "", wording: wording, code: full ? QRCode("weibao:SR-20261123-0042") : nil,
        isPrinted: isPrinted, pdf: "/p", back: "/b", other: "/o")
      return PaperValues(paper: RepairReportPaper(report: report(full: full), wording: wording), frame: frame)
    }
  }
}
