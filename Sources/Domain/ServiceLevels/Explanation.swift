/// One line of how a due time came about, in both languages.
public struct ExplanationLine: Hashable, Sendable, Codable {
  public let zh, en: String

  public init(zh: String, en: String) { (self.zh, self.en) = (zh, en) }
}

/// What happened to a target's clock.
enum ClockStep: Hashable, Sendable {
  case started(at: Instant, by: String, within: PolicyDuration)
  case paused(from: Instant, to: Instant?, reason: String?, late: Bool)
  case changed(at: Instant, within: PolicyDuration, due: Instant)
  case resumed(from: Instant, to: Instant, by: String)
  case met(at: Instant, by: String)
  case dropped(at: Instant, by: String)

  var isOpenPause: Bool {
    if case .paused(_, nil, _, _) = self { true } else { false }
  }
}

/// Start + promise + pauses = due, as lines.
struct Explanation {
  let rule: TargetRule
  let steps: [ClockStep]
  let reading: TargetReading
  let now: Instant

  var lines: [ExplanationLine] {
    let clause = rule.clause.map { " (\($0))" } ?? ""
    let head = ExplanationLine(zh: "\(rule.name.zh)\(clause)", en: "\(rule.name.en)\(clause)")
    return [head] + steps.flatMap(lines(of:)) + [sum, outcome]
  }

  private func lines(of step: ClockStep) -> [ExplanationLine] {
    switch step {
    case .started(let at, let event, let within):
      [
        ExplanationLine(zh: "起点 \(at)（\(event)）", en: "start \(at) (\(event))"),
        ExplanationLine(zh: "+ 承诺 \(within.chinese)", en: "+ promise \(within.english)"),
      ]
    case .paused(let from, let to, let reason, let late):
      [pause(from, to ?? now, reason ?? "-", late)]
    case .changed(let at, let within, let due):
      [
        ExplanationLine(
          zh: "\(at) 情况变更：承诺 \(within.chinese)，期限 \(due)", en: "changed at \(at): promise \(within.english), due \(due)")
      ]
    case .resumed(let from, let to, let event):
      [
        ExplanationLine(
          zh: "+ 重开（\(event)）：\(from) 至 \(to) 计为暂停 \(length(from, to).chinese)",
          en: "+ reopened (\(event)): \(from) to \(to) counts as a pause of \(length(from, to).english)")
      ]
    case .met(let at, let event): [ExplanationLine(zh: "完成 \(at)（\(event)）", en: "met \(at) (\(event))")]
    case .dropped(let at, let event): [ExplanationLine(zh: "不再要求 \(at)（\(event)）", en: "no longer owed \(at) (\(event))")]
    }
  }

  private func pause(_ from: Instant, _ to: Instant, _ reason: String, _ late: Bool) -> ExplanationLine {
    let length = length(from, to)
    return late
      ? ExplanationLine(
        zh: "超期后暂停（\(reason)）\(from) 至 \(to)：\(length.chinese)，不改期限",
        en: "pause after due (\(reason)) \(from) to \(to): \(length.english), moves nothing")
      : ExplanationLine(
        zh: "+ 暂停（\(reason)）\(from) 至 \(to)：\(length.chinese)", en: "+ pause (\(reason)) \(from) to \(to): \(length.english)")
  }

  private func length(_ from: Instant, _ to: Instant) -> PolicyDuration { .seconds(Int(to.milliseconds(since: from) / 1_000)) }

  private var sum: ExplanationLine { ExplanationLine(zh: "= 期限 \(reading.due)", en: "= due \(reading.due)") }

  private var outcome: ExplanationLine {
    let used = PolicyDuration.seconds(Int(reading.usedSeconds)), paused = PolicyDuration.seconds(Int(reading.pausedSeconds))
    let word =
      switch reading.state {
      case .running: "进行中"
      case .paused: "暂停"
      case .met: "已兑现"
      case .missed: "已超期"
      case .dropped: "不再要求"
      }
    return ExplanationLine(
      zh: "\(word)：已用 \(used.chinese)，暂停 \(paused.chinese)",
      en: "\(reading.state.rawValue): used \(used.english), paused \(paused.english)")
  }
}
