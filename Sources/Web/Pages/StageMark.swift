import Domain
import Operations

/// One stage of a case on the rail: done, now, still to come.
struct StageMark: PageValue {
  let name, time, mark: String

  private static let stages: [(name: String, events: Set<String>)] = [
    ("accepted", ["accepted"]), ("responded", ["responded", "attempted"]), ("dispatched", ["dispatched"]), ("arrived", ["arrived"]),
    ("located", ["located"]), ("agreed", ["agreed"]), ("cleared", ["cleared"]), ("confirmed", ["confirmed"]),
    ("signed-off", ["signed-off"]),
    ("closed", ["closed"]),
  ]

  /// Empty where a case went another way, or its journal is not shown.
  static func stages(of view: RequestView, _ journal: [JournalItem], _ wording: Wording) -> [StageMark] {
    guard !journal.isEmpty, view.state != .cancelled, view.state != .merged else { return [] }
    // A rejected outcome and a reopening take the end back.
    let turned = journal.lastIndex { $0.event == "rejected" || $0.event == "reopened" } ?? -1
    let ends: Set = ["cleared", "confirmed", "signed-off", "closed"]
    var done: [(name: String, at: Instant)] = []
    for stage in stages {
      let hits = journal.enumerated().filter { stage.events.contains($1.event) && ($0 > turned || !ends.contains(stage.name)) }
      // The first answer was the response; of several visits the last counts.
      guard let item = stage.name == "responded" ? hits.first?.element : hits.last?.element else { continue }
      done.append((stage.name, item.occurredAt))
    }
    let reached = Set(done.map(\.name)), last = stages.lastIndex { reached.contains($0.name) } ?? -1
    let isComing = view.workOrders.contains { $0.state == .dispatched || $0.state == .departed }
    let coming = stages.enumerated().compactMap { index, stage -> String? in
      guard !reached.contains(stage.name) else { return nil }
      // What was passed over was not needed: a fault solved on the phone sends nobody. But who is on the way will arrive.
      if index < last { return stage.name == "arrived" && isComing ? stage.name : nil }
      let isOnSite = ["dispatched", "arrived", "located", "agreed"].contains(stage.name)
      // A complaint or a course sends nobody, unless somebody was sent.
      guard view.workOrders.isEmpty else { return stage.name }
      return stage.name == "signed-off" || (isOnSite && view.kind != .support) ? nil : stage.name
    }
    var marks: [StageMark] = [], day: Instant?
    for stage in done.sorted(by: { $0.at < $1.at }) {
      let isSameDay = day.map { wording.sameDay($0, stage.at) } ?? wording.isToday(stage.at)
      let time = wording.clock(stage.at)
      marks.append(
        StageMark(
          name: wording.text("case.stage.\(stage.name)"), time: isSameDay ? time : "\(wording.shortDay(stage.at)) \(time)", mark: "done"))
      day = stage.at
    }
    for (index, name) in coming.enumerated() {
      let isNow = index == 0 && view.state.isOpen
      marks.append(
        StageMark(
          name: wording.text("case.stage.\(name)"), time: isNow ? wording.text("case.stage-next") : "", mark: isNow ? "now" : "todo"))
    }
    return marks
  }

  func child(named: String) -> Any? {
    switch named {
    case "stageName": name
    case "stageTime": time
    case "mark": mark
    case "isNow": mark == "now"
    default: nil
    }
  }
}
