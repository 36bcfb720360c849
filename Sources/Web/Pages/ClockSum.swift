import Domain
import Operations

/// Where a due time comes from, line by line: what started the clock, the promise, each pause with its reason; then who was told and what
/// they made of it, and who is told next (SLA-7, SLA-8).
struct ClockSum {
  let explanation: Explanation
  let wording: Wording
  /// Who recorded what started a clock, and who was told; nil where the reader sees no journal, and so nobody of the chain.
  var journal: [JournalItem]?
  /// Staff by id.
  var names: [String: String] = [:]

  var lines: [SumLine] {
    let days = explanation.specialDays.map { SumLine(words: words(of: $0)) }
    let due = SumLine(sign: "=", words: wording.text("case.sum-due"), value: value(explanation.reading.due), kind: .total)
    let unknown = explanation.unknownYears.map { SumLine(words: wording.text("case.sum-provisional", String($0))) }
    return explanation.steps.flatMap(lines(of:)) + days + unknown + [due] + told + reminders
  }

  /// The sum without what comes after, for where there is one line: where each step leads to is left out.
  var brief: String {
    let sum = lines.prefix { $0.kind != .then }
    return sum.map { [$0.sign, $0.words, $0.sign == "+" ? "" : $0.value].filter { !$0.isEmpty }.joined(separator: " ") }.joined(
      separator: " ")
  }

  private func value(_ instant: Instant) -> String { instant < .latest ? wording.moment(instant) : "" }

  private func name(_ event: String) -> String {
    let name = CaseWords.name(of: event)
    return wording.language == .zh ? name.zh : name.en.prefix(1).uppercased() + name.en.dropFirst()
  }

  private func words(_ duration: PolicyDuration) -> String {
    switch duration {
    case .seconds(let seconds): wording.duration(milliseconds: Int64(seconds) * 1_000)
    case .workingDays: wording.language == .zh ? duration.chinese : duration.english
    }
  }

  private func lines(of step: ClockStep) -> [SumLine] {
    switch step {
    case .started(let at, let event, let promise):
      let item = journal?.first { $0.event == event && $0.occurredAt == at }
      return [
        SumLine(
          words: name(event), source: item?.actorName.map { wording.text("case.sum-by", $0) } ?? "", value: value(at)),
        line(of: promise, wording.text("case.sum-promise", words(promise.within))),
      ]
    case .changed(let at, let promise):
      let basis =
        switch promise.basis {
        case .start: promise.pausedMilliseconds >= 1_000 ? "start-paused" : "start"
        case .change: "change"
        case .promisedBefore: "before"
        }
      let paused = wording.duration(milliseconds: promise.pausedMilliseconds)
      let words = wording.text("case.sum-changed-\(basis)", wording.moment(at), words(promise.within), paused)
      return [line(of: promise, words, sign: "")]
    case .missedBefore(let due): return [SumLine(words: wording.text("case.sum-missed-before", wording.moment(due)))]
    case .paused(let pause):
      let key =
        switch pause.effect {
        case .moves: "case.sum-pause"
        case .late: "case.sum-pause-late"
        case .ignored: "case.sum-pause-ignored"
        }
      let reason = pause.reason.map { wording.word("wait", $0) } ?? "", moves = pause.effect == .moves
      return [
        SumLine(
          sign: moves ? "+" : "", words: wording.text(key, length(pause), span(pause)),
          source: list([reason, moves ? close(pause.unrounded) : ""]), value: moves ? value(pause.due) : "")
      ]
    case .reopened(let pause, let event):
      let moves = pause.effect == .moves, counted = pause.countedMilliseconds
      return [
        SumLine(
          sign: moves ? "+" : "",
          words: wording.text(moves ? "case.sum-reopened" : "case.sum-reopened-late", name(event), length(pause), span(pause)),
          source: list([
            counted >= 1_000 ? wording.text("case.sum-counted", wording.duration(milliseconds: counted)) : "",
            moves ? close(pause.unrounded) : "",
          ]), value: moves ? value(pause.due) : "")
      ]
    case .met(let at, let event), .dropped(let at, let event):
      return [SumLine(words: name(event), value: value(at))]
    }
  }

  private func line(of promise: ClockStep.Promise, _ words: String, sign: String = "+") -> SumLine {
    let hours = promise.hours.map { wording.text("case.sum-hours", $0) } ?? wording.text("case.sum-always")
    // A due time that a change may not put off is not made by these hours.
    let close = promise.basis == .promisedBefore ? "" : close(promise.unrounded)
    let recounted =
      promise.recountsWaits ? wording.text("case.sum-recounted", wording.duration(milliseconds: promise.pausedMilliseconds)) : ""
    return SumLine(sign: sign, words: words, source: list([hours, recounted, close, promise.clause ?? ""]), value: value(promise.due))
  }

  private func list(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: " · ") }

  /// Of what is due at closing time, where it would end.
  private func close(_ unrounded: Instant?) -> String {
    unrounded.map { wording.text("case.sum-close", wording.moment($0)) } ?? ""
  }

  private func length(_ pause: ClockStep.Pause) -> String { wording.duration(milliseconds: pause.milliseconds) }

  private func span(_ pause: ClockStep.Pause) -> String {
    let isToday = wording.isToday(pause.from) && wording.isToday(pause.to ?? pause.from)
    func text(_ instant: Instant) -> String { isToday ? wording.clock(instant) : wording.moment(instant) }
    return pause.to.map { wording.text("case.sum-span", text(pause.from), text($0)) } ?? wording.text("case.sum-since", text(pause.from))
  }

  private func words(of days: SpecialDays) -> String {
    func text(_ date: CivilDate) -> String {
      guard date.year == wording.todayDate.year else { return wording.date(date) }
      return wording.text("time.short-day", wording.text("time.month.\(date.month)"), String(date.day))
    }
    let span = days.first == days.last ? text(days.first) : wording.text("case.sum-span", text(days.first), text(days.last))
    let hours = days.hours.map(\.description).joined(separator: " ")
    return switch days.kind {
    case .holiday: wording.text("case.sum-holiday", span)
    case .makeup: wording.text("case.sum-makeup", span, hours)
    case .closed: wording.text("case.sum-closed", span)
    case .otherHours: wording.text("case.sum-other-hours", span, hours)
    }
  }

  /// The warnings and the steps up the chain that were said, each with what people made of it.
  private var told: [SumLine] {
    let target = explanation.reading.id
    let items = (journal ?? []).compactMap { item -> (item: JournalItem, body: JSONValue)? in
      guard ["warned", "escalated", "escalation-answered"].contains(item.event), let body = try? JSONValue(parsing: item.data),
        body["target"]?.text == target
      else { return nil }
      return (item, body)
    }
    let answers = items.filter { $0.item.event == "escalation-answered" }
    return items.filter { $0.item.event != "escalation-answered" }.suffix(Self.mostTold).map { item, body in
      let people = (body["told"]?.array ?? []).compactMap(\.text).map(name(ofStaff:))
      let who = people.isEmpty ? body["to"]?.text.map { wording.word("role", $0) } ?? "" : wording.list(people)
      let said = item.event == "warned" ? [] : answers.filter { $0.body["place"] == body["place"] && $0.body["since"] == body["since"] }
      return SumLine(
        words: wording.text(item.event == "warned" ? "case.sum-warned" : "case.sum-escalated", who),
        source: wording.list(said.map { words(ofAnswer: $0.body, at: $0.item.occurredAt) }), value: wording.moment(item.occurredAt),
        kind: .then)
    }
  }

  /// Of a promise that is owed for weeks, the newest.
  private static let mostTold = 6

  private func name(ofStaff id: String) -> String { names[id] ?? wording.text("story.someone") }

  private func words(ofAnswer body: JSONValue, at instant: Instant) -> String {
    let by = name(ofStaff: body["by"]?.text ?? ""), to = body["to"]?.text.map(name(ofStaff:)) ?? ""
    return wording.text("case.sum-\(body["answer"]?.text ?? "seen")", by, wording.moment(instant), to)
  }

  /// The next reminder and the next two of the chain; the policy has them all.
  private var reminders: [SumLine] {
    guard journal != nil else { return [] }
    let warning = explanation.alarms.first { $0.key.kind == .warning }
    let chain = explanation.alarms.filter { $0.key.kind == .escalation }.prefix(warning == nil ? 3 : 2)
    return ([warning].compactMap(\.self) + chain).map { alarm in
      let who = alarm.to.map { wording.word("role", $0) } ?? ""
      return SumLine(
        words: wording.text(alarm.key.kind == .warning ? "case.sum-warn" : "case.sum-escalate", who), value: wording.moment(alarm.at),
        kind: .then)
    }
  }
}
