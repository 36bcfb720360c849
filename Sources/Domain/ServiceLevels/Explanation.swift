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

  /// Holidays, make-up days and days with hours of their own that the sum went around or used, by each calendar that it was counted on.
  public var specialDays: [SpecialDays] {
    var spans: [(calendar: WorkingCalendar, from: Instant, to: Instant)] = []
    func take(_ calendar: WorkingCalendar, _ from: Instant, _ to: Instant) {
      let to = to < .latest ? to : from
      if let known = spans.firstIndex(where: { $0.calendar == calendar }) {
        spans[known] = (calendar, min(spans[known].from, from), max(spans[known].to, to))
      } else {
        spans.append((calendar, from, to))
      }
    }
    var start = reading.start, current = calendar
    for step in steps {
      switch step {
      case .started(let at, _, let promise):
        (start, current) = (at, promise.calendar)
        take(current, at, promise.due)
      case .changed(let at, let promise):
        current = promise.calendar
        // Also where it is counted from the change: the waits are counted anew.
        take(current, promise.basis == .start || promise.recountsWaits ? start : at, promise.due)
      case .paused(let pause), .reopened(let pause, _): take(current, pause.from, max(pause.due, pause.to ?? now))
      case .missedBefore, .met, .dropped: break
      }
    }
    return spans.flatMap { $0.calendar.specialDays(from: $0.from, to: $0.to) }.distinct()
  }

  /// Years in it of which the holiday table does not speak: the due time is provisional.
  public var unknownYears: [Int] { reading.unknownYears(on: calendar) }

  /// - Parameter offsetSeconds: of the company's wall clock, for a target that runs around the clock; else its calendar's counts.
  public func lines(offsetSeconds: Int) -> [ExplanationLine] {
    let wall = Wall(calendar: calendar, offsetSeconds: offsetSeconds)
    let clause = rule.clause.map { " (\($0))" } ?? ""
    let head = ExplanationLine(zh: "\(rule.name.zh)\(clause)", en: "\(rule.name.en)\(clause)")
    var told: ClockStep.Promise?
    let sum = steps.flatMap { step in
      defer { if let promise = step.promise { told = promise } }
      return lines(of: step, after: told, wall)
    }
    return [head] + sum + specialDays.map(line) + unknownYears.map(line) + [
      ExplanationLine(zh: "= 期限 \(wall.text(reading.due))", en: "= due \(wall.text(reading.due))"), outcome,
    ]
  }

  /// The same in both languages.
  private struct Words {
    var zh = "", en = ""
  }

  /// How moments and lengths are written: on the calendar's wall, and where it closes no day is 24 hours.
  private struct Wall {
    let calendar: WorkingCalendar
    let offsetSeconds: Int

    func text(_ instant: Instant) -> String {
      instant.shortText(offsetSeconds: calendar.closes ? calendar.offsetSeconds(at: instant) : offsetSeconds)
    }
  }

  private func length(_ duration: PolicyDuration, inDays: Bool) -> Words {
    Words(zh: duration.chinese(inDays: inDays), en: duration.english(inDays: inDays))
  }

  private func length(_ milliseconds: Int64, inDays: Bool) -> Words { length(.seconds(Int(milliseconds / 1_000)), inDays: inDays) }

  private func length(_ pause: ClockStep.Pause) -> Words { length(pause.milliseconds, inDays: !pause.isWorkingTime) }

  private func length(_ promise: ClockStep.Promise) -> Words { length(promise.within, inDays: !promise.calendar.closes) }

  /// - Parameter told: the promise before it.
  private func lines(of step: ClockStep, after told: ClockStep.Promise?, _ wall: Wall) -> [ExplanationLine] {
    switch step {
    case .started(let at, let event, let promise):
      let event = CaseWords.name(of: event), within = length(promise), end = end(promise.unrounded, promise.due, wall)
      let clause = promise.clause == rule.clause ? Words() : clause(of: promise)
      let hours = promise.calendar == told?.calendar ? [] : hours(of: promise)
      return hours + [
        ExplanationLine(zh: "起点 \(wall.text(at))（\(event.zh)）", en: "start \(wall.text(at)) (\(event.en))"),
        ExplanationLine(zh: "+ 承诺 \(within.zh)\(clause.zh)\(end.zh)", en: "+ promise \(within.en)\(clause.en)\(end.en)"),
      ]
    case .missedBefore(let due):
      return [
        ExplanationLine(zh: "此前期限 \(wall.text(due)) 已超期，仍记超期", en: "missed before, due \(wall.text(due)), and stays missed")
      ]
    case .paused(let pause): return [line(of: pause, wall)]
    case .changed(let at, let promise):
      let clause = clause(of: promise), words = words(of: promise, wall)
      let change = ExplanationLine(
        zh: "\(wall.text(at)) 情况变更\(clause.zh)：\(words.zh)", en: "changed at \(wall.text(at))\(clause.en): \(words.en)")
      return [change] + (promise.calendar == told?.calendar ? [] : hours(of: promise).dropFirst())
    case .reopened(let pause, let event):
      let event = CaseWords.name(of: event), span = span(of: pause, wall), length = length(pause)
      let counted = self.length(pause.countedMilliseconds, inDays: !pause.isWorkingTime), sign = pause.effect == .late ? "" : "+ "
      let before =
        isSaid(pause.countedMilliseconds)
        ? Words(zh: "（其中 \(counted.zh)上文已计入）", en: ", \(counted.en) of it counted before") : Words()
      let end = pause.effect == .late ? Words(zh: "，已超期，不改期限", en: ", missed already, moves nothing") : end(pause, wall)
      return [
        ExplanationLine(
          zh: "\(sign)\(event.zh)：\(span.zh) 计为暂停 \(length.zh)\(before.zh)\(end.zh)",
          en: "\(sign)\(event.en): \(span.en) counts as a pause of \(length.en)\(before.en)\(end.en)")
      ]
    case .met(let at, let event):
      let event = CaseWords.name(of: event)
      return [ExplanationLine(zh: "完成 \(wall.text(at))（\(event.zh)）", en: "met \(wall.text(at)) (\(event.en))")]
    case .dropped(let at, let event):
      let event = CaseWords.name(of: event)
      return [ExplanationLine(zh: "不再要求 \(wall.text(at))（\(event.zh)）", en: "no longer owed \(wall.text(at)) (\(event.en))")]
    }
  }

  /// By which hours it is counted, and which they are.
  private func hours(of promise: ClockStep.Promise) -> [ExplanationLine] {
    guard let name = promise.hours else { return [ExplanationLine(zh: "按钟点连续计算（7×24）", en: "counted around the clock (7 x 24)")] }
    // Days with the same hours stand together.
    let patterns = promise.calendar.week.filter { !$0.isEmpty }.distinct()
    let each = patterns.map { spans in
      let days = promise.calendar.week.indices.filter { promise.calendar.week[$0] == spans }.runs().map(Self.words(ofDays:))
      let hours = spans.map(\.description).joined(separator: " ")
      return Words(
        zh: "\(days.map(\.zh).joined(separator: "、")) \(hours)", en: "\(days.map(\.en).joined(separator: ", ")) \(hours)")
    }
    return [
      ExplanationLine(zh: "按工作时间计算（\(name)）", en: "counted in working time (\(name))"),
      ExplanationLine(zh: "每周：\(each.map(\.zh).joined(separator: "；"))", en: "week: \(each.map(\.en).joined(separator: "; "))"),
    ]
  }

  private static let weekdays = zip("一二三四五六日", ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]).map { Words(zh: "周\($0)", en: $1) }

  private static func words(ofDays days: ClosedRange<Int>) -> Words {
    let (first, last) = (weekdays[days.lowerBound], weekdays[days.upperBound])
    return days.count == 1 ? first : Words(zh: "\(first.zh)至\(last.zh)", en: "\(first.en) to \(last.en)")
  }

  private func clause(of promise: ClockStep.Promise) -> Words { promise.clause.map { Words(zh: "（\($0)）", en: " (\($0))") } ?? Words() }

  /// Less than a second is not said.
  private func isSaid(_ milliseconds: Int64) -> Bool { milliseconds >= 1_000 }

  /// What another promise is, from when it counts and where it leads.
  private func words(of promise: ClockStep.Promise, _ wall: Wall) -> Words {
    let within = length(promise), due = wall.text(promise.due)
    let hours = promise.hours.map { Words(zh: "按工作时间（\($0)）", en: "in working time (\($0))") } ?? Words(zh: "按钟点", en: "around the clock")
    let paused = length(promise.pausedMilliseconds, inDays: !promise.calendar.closes)
    let recounted =
      promise.recountsWaits ? Words(zh: "（之前的暂停按此重算为 \(paused.zh)）", en: " (pauses so far counted anew: \(paused.en))") : Words()
    let end = end(promise.unrounded, promise.due, wall, isDue: true)
    switch promise.basis {
    case .start:
      let anew = promise.recountsWaits ? Words(zh: "（按此重算）", en: ", counted anew") : Words()
      let pauses =
        isSaid(promise.pausedMilliseconds)
        ? Words(zh: " + 暂停 \(paused.zh)\(anew.zh)", en: " + \(paused.en) of pauses\(anew.en)") : recounted
      return Words(
        zh: "从起点算承诺 \(within.zh)，\(hours.zh)\(pauses.zh)\(end.zh)",
        en: "promise \(within.en) from the start, \(hours.en)\(pauses.en)\(end.en)")
    case .change:
      return Words(
        zh: "从变更时算承诺 \(within.zh)，\(hours.zh)\(recounted.zh)\(end.zh)",
        en: "promise \(within.en) from the change, \(hours.en)\(recounted.en)\(end.en)")
    case .promisedBefore:
      return Words(
        zh: "承诺 \(within.zh)，\(hours.zh)\(recounted.zh)，会晚于原先的承诺，期限仍为 \(due)",
        en: "promise \(within.en) \(hours.en)\(recounted.en) would be later than was promised before, due stays \(due)")
    }
  }

  /// Where a line leads: what is rounded to closing time says where it would have ended.
  private func end(_ unrounded: Instant?, _ due: Instant, _ wall: Wall, isDue: Bool = false) -> Words {
    guard due < .latest else { return Words() }
    let until = wall.text(due)
    guard let unrounded else {
      return isDue ? Words(zh: "，期限 \(until)", en: ", due \(until)") : Words(zh: "，至 \(until)", en: ", to \(until)")
    }
    let end = wall.text(unrounded)
    return Words(zh: "，至 \(end)，算到当天下班 \(until)", en: ", to \(end), then to closing time of that day, \(until)")
  }

  private func end(_ pause: ClockStep.Pause, _ wall: Wall) -> Words {
    pause.unrounded == nil ? Words() : end(pause.unrounded, pause.due, wall)
  }

  private func line(of pause: ClockStep.Pause, _ wall: Wall) -> ExplanationLine {
    let reason = CaseWords.name(ofPause: pause.reason), span = span(of: pause, wall), length = length(pause)
    switch pause.effect {
    case .moves:
      let end = end(pause, wall)
      return ExplanationLine(
        zh: "+ 暂停（\(reason.zh)）\(span.zh)：\(length.zh)\(end.zh)", en: "+ pause (\(reason.en)) \(span.en): \(length.en)\(end.en)")
    case .late:
      return ExplanationLine(
        zh: "超期后暂停（\(reason.zh)）\(span.zh)：\(length.zh)，不改期限", en: "pause after due (\(reason.en)) \(span.en): \(length.en), moves nothing"
      )
    case .ignored:
      return ExplanationLine(
        zh: "暂停（\(reason.zh)）\(span.zh)：此项承诺不因此停表", en: "pause (\(reason.en)) \(span.en): this promise does not wait for it")
    }
  }

  private func span(of pause: ClockStep.Pause, _ wall: Wall) -> Words {
    let from = wall.text(pause.from)
    guard let to = pause.to.map(wall.text) else { return Words(zh: "\(from) 起，仍在等", en: "since \(from), still waiting") }
    return Words(zh: "\(from) 至 \(to)", en: "\(from) to \(to)")
  }

  private func line(_ days: SpecialDays) -> ExplanationLine {
    let span = days.first == days.last ? "\(days.first)" : "\(days.first)..\(days.last)"
    let hours = days.hours.map(\.description).joined(separator: " ")
    return switch days.kind {
    case .holiday: ExplanationLine(zh: "其间 \(span) 放假", en: "in between \(span): public holiday")
    case .makeup: ExplanationLine(zh: "其间 \(span) 调休上班 \(hours)", en: "in between \(span): make-up working day, \(hours)")
    case .closed: ExplanationLine(zh: "其间 \(span) 不上班", en: "in between \(span): closed")
    case .otherHours: ExplanationLine(zh: "其间 \(span) 工作时间为 \(hours)", en: "in between \(span): hours of its own, \(hours)")
    }
  }

  private func line(_ year: Int) -> ExplanationLine {
    ExplanationLine(
      zh: "\(year) 年放假安排尚未录入，暂按每周工作时间计算", en: "provisional: the holiday table does not speak of \(year), the weekly pattern counts")
  }

  private var outcome: ExplanationLine {
    let inDays = !calendar.closes
    let used = length(reading.usedSeconds * 1_000, inDays: inDays), paused = length(reading.pausedSeconds * 1_000, inDays: inDays)
    let word =
      switch reading.state {
      case .running: "进行中"
      case .paused: "暂停"
      case .met: "已兑现"
      case .missed: "已超期"
      case .dropped: "不再要求"
      }
    return ExplanationLine(
      zh: "\(word)：已用 \(used.zh)，暂停 \(paused.zh)", en: "\(reading.state.rawValue): used \(used.en), paused \(paused.en)")
  }
}
