import Domain
import Operations

/// The repair report (维修单): what was reported, found and done, what was promised, and where both sides sign (FLT-4, FLT-5, INT-5).
struct RepairReportPaper: Paper {
  let report: RepairReport
  let wording: Wording
  /// Named when the paper is of one work order only.
  var workOrder: String?

  let template = "repair-report"
  var title: String { wording.text("paper.repair-report") }
  var number: String { report.number }
  var fileName: String { "repair-report-\(workOrder ?? report.number)" }
  var created: Instant { report.asOf }
  var basis: String {
    wording.text("paper.basis", wording.onPaper(report.asOf), String(report.version), String(report.head.prefix(12)))
  }

  func child(named: String) -> Any? {
    switch named {
    case "customerCells": PaperPair.pairs(cells(customer))
    case "machineCells": PaperPair.pairs(cells(machine))
    case "reportCells": PaperPair.pairs(cells(reported))
    case "summary": report.summary
    case "description": report.description ?? false
    case "isHarm": report.harm != .none
    case "harmWords": wording.word("harm", report.harm.rawValue)
    case "attempts": report.attempts.map(attempt)
    case "hasAttempts": !report.attempts.isEmpty
    case "visits": report.visits.map(visit)
    case "work": work
    case "hasWork": !work.isEmpty
    case "parts": parts
    case "hasParts": !parts.isEmpty
    case "readings": readings
    case "hasReadings": !readings.isEmpty
    case "cause": report.cause.map { wording.word("cause", $0.rawValue) } ?? ""
    case "faultPart": report.part ?? ""
    case "proposal": report.proposal ?? ""
    case "agreement": report.agreement.map(said) ?? ""
    case "remedy": report.outcome?.remedy ?? ""
    case "clearedAt": wording.onPaper(report.outcome?.at)
    case "clearedBy": report.outcome?.by ?? ""
    case "targets": report.targets.map(target)
    case "hasTargets": !report.targets.isEmpty
    case "engineerNames": wording.list(engineers)
    case "confirmation": report.confirmation.map { said($0.word) } ?? ""
    case "signature": report.confirmation?.signature ?? false
    case "confirmedOn": wording.onPaper(report.confirmation?.word.at)
    case "signedOffBy": report.signedOff?.by ?? ""
    case "signedOffAt": wording.onPaper(report.signedOff?.at)
    default: nil
    }
  }

  private func cells(_ pairs: [(String, String?)]) -> [PaperCell] {
    pairs.map { PaperCell(name: wording.text("paper.\($0.0)"), value: $0.1 ?? "") }
  }

  private var customer: [(String, String?)] {
    let place = [report.site, report.machine?.department].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " / ")
    let contact = [report.contactName, report.contactPhone].compactMap(\.self).joined(separator: "  ")
    let branch = [report.branch, report.branchPhone].compactMap(\.self).joined(separator: "  ")
    return [
      ("customer", report.customer), ("place", place), ("contact", contact), ("branch", branch), ("address", report.address),
      ("work-order", wording.list(report.visits.map(\.number))),
    ]
  }

  private var machine: [(String, String?)] {
    let machine = report.machine
    let warranty = machine?.warrantyEnds.map { ends in
      // As it was when the customer called: that decides who pays (WAR-2).
      let day = CivilDate(parsing: String(wording.onPaper(report.reportedAt).prefix(10))) ?? ends
      return wording.text(day <= ends ? "paper.in-warranty" : "paper.out-of-warranty", ends.description)
    }
    let maker = [machine?.manufacturer, machine?.category].compactMap(\.self).joined(separator: " / ")
    return [
      ("model", machine?.model), ("serial", machine?.serialNumber), ("maker", maker),
      ("installed", machine?.installedOn?.description), ("warranty", warranty), ("udi", machine?.udi),
    ]
  }

  private var reported: [(String, String?)] {
    [
      ("reported-at", wording.onPaper(report.reportedAt)),
      ("kind", "\(wording.word("kind", report.kind.rawValue)) / \(wording.word("urgency", report.urgency.rawValue))"),
      ("accepted-at", wording.onPaper(report.acceptedAt)), ("channel", wording.word("channel", report.channel.rawValue)),
      ("responded-at", wording.onPaper(report.respondedAt)), ("state", wording.word("state", report.state.rawValue)),
    ]
  }

  private func attempt(_ attempt: RepairReport.Attempt) -> PaperRow {
    PaperRow(cells: [
      wording.onPaper(attempt.at), wording.word("level", attempt.level.rawValue),
      wording.word("result", attempt.solved ? "solved" : "failed"), attempt.note ?? "", attempt.by ?? "",
    ])
  }

  private func visit(_ visit: RepairReport.Visit) -> PaperRow {
    var engineer = visit.engineer
    if let badge = visit.badge { engineer += " (\(badge))" }
    if let partner = visit.partner { engineer += " \(partner)" }
    let end = visit.handedBackAt.map { wording.text("paper.handed-back", wording.onPaper($0)) } ?? wording.onPaper(visit.leftAt)
    return PaperRow(cells: [
      visit.number, engineer, wording.onPaper(visit.dispatchedAt), wording.onPaper(visit.departedAt), wording.onPaper(visit.arrivedAt), end,
    ])
  }

  private var work: [PaperRow] {
    report.visits.flatMap(\.work).compactMap { work in
      work.work.map { PaperRow(cells: [wording.onPaper(work.at), $0, work.by ?? ""]) }
    }
  }

  private var parts: [PaperRow] {
    let parts = report.visits.flatMap { visit in visit.work.flatMap { work in work.parts.map { (visit.number, work, $0) } } }
    return parts.enumerated().map { index, part in
      PaperRow(cells: [String(index + 1), part.2, part.0, wording.onPaper(part.1.at), part.1.by ?? ""])
    }
  }

  private var readings: [PaperRow] {
    report.visits.flatMap(\.work).flatMap { work in
      work.readings.map { reading in
        let unit = reading.unit.map { " \($0)" } ?? ""
        return PaperRow(
          cells: [
            reading.name, reading.value + unit, reading.expected.map { $0 + unit } ?? "",
            reading.passed.map { wording.text($0 ? "paper.passed" : "paper.not-passed") } ?? "", wording.onPaper(work.at),
          ], tone: reading.passed == false ? "late" : "")
      }
    }
  }

  /// What was promised against what came of it (SLA-1..8).
  private func target(_ target: TargetView) -> PaperRow {
    let reading = target.reading
    let word =
      switch reading.state {
      case .met: "met"
      case .missed: "missed"
      case .dropped: "dropped"
      case .running: "running"
      case .paused: "paused"
      }
    let name = wording.language == .zh ? target.name.zh : target.name.en
    return PaperRow(
      cells: [
        reading.clause.map { "\(name) (\($0))" } ?? name, wording.onPaper(reading.start), wording.onPaper(reading.due),
        wording.onPaper(reading.metAt), wording.text("paper.target-\(word)"),
      ], tone: reading.state == .missed ? "late" : "")
  }

  private var engineers: [String] {
    var names: [String] = []
    for name in report.visits.map(\.engineer) + [report.outcome?.by].compactMap(\.self) where !names.contains(name) { names.append(name) }
    return names
  }

  private func said(_ word: RepairReport.Word) -> String {
    let means = wording.word("means", word.means.rawValue)
    return wording.text("paper.said", word.name ?? "", means, wording.onPaper(word.at))
  }
}
