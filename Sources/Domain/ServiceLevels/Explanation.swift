/// One line of how a due time came about, in both languages.
public struct ExplanationLine: Hashable, Sendable, Codable {
  public let zh, en: String

  public init(zh: String, en: String) { (self.zh, self.en) = (zh, en) }
}

/// How the due time of one target came about: what started it, the promise, each pause and change, and the sum (SLA-7, SLA-8).
public struct Explanation: Hashable, Sendable {
  public let rule: TargetRule
  public let calendar: WorkingCalendar
  /// In order; what goes on is reckoned up to ``now``.
  public let steps: [ClockStep]
  public let reading: TargetReading
  /// What is still to be said of it after ``now``, in order.
  public let alarms: [Alarm]
  public let now: Instant

  /// Holidays, make-up days and days with hours of their own between start and due, which the sum went around or used.
  public var specialDays: [SpecialDays] {
    reading.due < .latest ? calendar.specialDays(from: reading.start, to: reading.due) : []
  }

  /// Years in it of which the holiday table does not speak: the due time is provisional.
  public var unknownYears: [Int] { reading.unknownYears(on: calendar) }

  /// - Parameter offsetSeconds: of the company's wall clock, for a target that runs around the clock; else its calendar's counts.
  public func lines(offsetSeconds: Int) -> [ExplanationLine] {
    let wall = Wall(calendar: calendar, offsetSeconds: offsetSeconds)
    let clause = rule.clause.map { " (\($0))" } ?? ""
    let head = ExplanationLine(zh: "\(rule.name.zh)\(clause)", en: "\(rule.name.en)\(clause)")
    return [head] + steps.flatMap { lines(of: $0, wall) } + specialDays.map(line) + unknownYears.map(line) + [
      ExplanationLine(zh: "= 期限 \(wall.text(reading.due))", en: "= due \(wall.text(reading.due))"), outcome,
    ]
  }

  private struct Wall {
    let calendar: WorkingCalendar
    let offsetSeconds: Int

    func text(_ instant: Instant) -> String {
      instant.shortText(offsetSeconds: calendar.closes ? calendar.offsetSeconds(at: instant) : offsetSeconds)
    }
  }

  private func hours(of promise: ClockStep.Promise) -> ExplanationLine {
    guard let name = promise.hours else { return ExplanationLine(zh: "按钟点连续计算（7×24）", en: "counted around the clock (7 x 24)") }
    return ExplanationLine(zh: "按工作时间计算（\(name)）", en: "counted in working time (\(name))")
  }

  private func lines(of step: ClockStep, _ wall: Wall) -> [ExplanationLine] {
    switch step {
    case .started(let at, let event, let promise):
      let event = CaseWords.name(of: event), within = promise.within, closing = closing(of: promise)
      let leads = promise.due < .latest ? (zh: "，至 \(wall.text(promise.due))", en: ", to \(wall.text(promise.due))") : (zh: "", en: "")
      return [
        hours(of: promise), ExplanationLine(zh: "起点 \(wall.text(at))（\(event.zh)）", en: "start \(wall.text(at)) (\(event.en))"),
        ExplanationLine(zh: "+ 承诺 \(within.chinese)\(closing.zh)\(leads.zh)", en: "+ promise \(within.english)\(closing.en)\(leads.en)"),
      ]
    case .paused(let pause): return [line(of: pause, wall)]
    case .changed(let at, let promise):
      let closing = closing(of: promise), due = wall.text(promise.due), basis = words(of: promise)
      let clause = promise.clause.map { (zh: "（\($0)）", en: " (\($0))") } ?? (zh: "", en: "")
      let hours = promise.hours.map { (zh: "按工作时间（\($0)）", en: " in working time (\($0))") } ?? (zh: "按钟点", en: " around the clock")
      return [
        ExplanationLine(
          zh: "\(wall.text(at)) 情况变更\(clause.zh)：\(basis.zh)，\(hours.zh)\(closing.zh)，期限 \(due)",
          en: "changed at \(wall.text(at))\(clause.en): \(basis.en)\(hours.en)\(closing.en), due \(due)")
      ]
    case .reopened(let pause, let event):
      let event = CaseWords.name(of: event), span = span(of: pause, wall), length = length(pause)
      let counted = PolicyDuration.seconds(Int(pause.countedMilliseconds / 1_000))
      let before =
        pause.countedMilliseconds > 0
        ? (zh: "（其中 \(counted.chinese)上面已计）", en: ", of it \(counted.english) counted above") : (zh: "", en: "")
      return [
        ExplanationLine(
          zh: "+ \(event.zh)：\(span.zh) 计为暂停 \(length.chinese)\(before.zh)",
          en: "+ \(event.en): \(span.en) counts as a pause of \(length.english)\(before.en)")
      ]
    case .met(let at, let event):
      let event = CaseWords.name(of: event)
      return [ExplanationLine(zh: "完成 \(wall.text(at))（\(event.zh)）", en: "met \(wall.text(at)) (\(event.en))")]
    case .dropped(let at, let event):
      let event = CaseWords.name(of: event)
      return [ExplanationLine(zh: "不再要求 \(wall.text(at))（\(event.zh)）", en: "no longer owed \(wall.text(at)) (\(event.en))")]
    }
  }

  /// What another promise is, and from when it counts.
  private func words(of promise: ClockStep.Promise) -> (zh: String, en: String) {
    let within = promise.within, paused = PolicyDuration.seconds(Int(promise.pausedMilliseconds / 1_000))
    switch promise.basis {
    case .start where promise.pausedMilliseconds > 0:
      return (
        "从起点算承诺 \(within.chinese) + 暂停 \(paused.chinese)",
        "from the start, promise \(within.english) + \(paused.english) of pauses"
      )
    case .start: return ("从起点算承诺 \(within.chinese)", "from the start, promise \(within.english)")
    case .change: return ("从变更时算承诺 \(within.chinese)", "from the change, promise \(within.english)")
    case .promisedBefore:
      return ("承诺 \(within.chinese)，不晚于原先承诺的期限", "promise \(within.english), not later than was promised before,")
    }
  }

  private func closing(of promise: ClockStep.Promise) -> (zh: String, en: String) {
    promise.closes ? ("，算到当天下班", ", to closing time of that day") : ("", "")
  }

  private func line(of pause: ClockStep.Pause, _ wall: Wall) -> ExplanationLine {
    let reason = CaseWords.name(ofPause: pause.reason), span = span(of: pause, wall), length = length(pause)
    return pause.isLate
      ? ExplanationLine(
        zh: "超期后暂停（\(reason.zh)）\(span.zh)：\(length.chinese)，不改期限",
        en: "pause after due (\(reason.en)) \(span.en): \(length.english), moves nothing")
      : ExplanationLine(
        zh: "+ 暂停（\(reason.zh)）\(span.zh)：\(length.chinese)", en: "+ pause (\(reason.en)) \(span.en): \(length.english)")
  }

  private func span(of pause: ClockStep.Pause, _ wall: Wall) -> (zh: String, en: String) {
    let from = wall.text(pause.from)
    guard let to = pause.to.map(wall.text) else { return ("\(from) 起，仍在等", "since \(from), still waiting") }
    return ("\(from) 至 \(to)", "\(from) to \(to)")
  }

  private func length(_ pause: ClockStep.Pause) -> PolicyDuration { .seconds(Int(pause.milliseconds / 1_000)) }

  private func line(_ days: SpecialDays) -> ExplanationLine {
    let span = days.first == days.last ? "\(days.first)" : "\(days.first)..\(days.last)"
    return switch days.kind {
    case .holiday: ExplanationLine(zh: "其间 \(span) 放假", en: "in between \(span): public holiday")
    case .makeup: ExplanationLine(zh: "其间 \(span) 调休上班", en: "in between \(span): make-up working day")
    case .closed: ExplanationLine(zh: "其间 \(span) 不上班", en: "in between \(span): closed")
    case .otherHours: ExplanationLine(zh: "其间 \(span) 工作时间另定", en: "in between \(span): hours of its own")
    }
  }

  private func line(_ year: Int) -> ExplanationLine {
    ExplanationLine(
      zh: "\(year) 年放假安排尚未录入，暂按每周工作时间计算", en: "provisional: the holiday table does not speak of \(year), the weekly pattern counts")
  }

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
