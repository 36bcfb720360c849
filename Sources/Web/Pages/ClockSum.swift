import Domain
import Operations

/// Where a due time comes from, line by line: what started the clock, the promise, each pause with its reason; then who is reminded
/// and who is told when it is late (SLA-7, SLA-8).
struct ClockSum {
  private let target: TargetView
  private let journal: [JournalItem]
  private let story: Story
  private var wording: Wording { story.wording }

  init(_ target: TargetView, _ journal: [JournalItem], _ story: Story) {
    (self.target, self.journal, self.story) = (target, journal, story)
  }

  /// Nil where the journal is not shown, or does not add up to the due time: then the short sum stands.
  var lines: [SumLine]? {
    let reading = target.reading
    guard let rule = target.rule, rule.calendar == "always", target.isOwed, case .seconds(let seconds) = rule.within else { return nil }
    var at = reading.start + Int64(seconds), lines = [begun(rule)]
    lines.append(
      SumLine(
        sign: "+", words: wording.text("case.sum-promise", wording.duration(milliseconds: Int64(seconds) * 1_000)),
        source: [wording.text("case.sum-always"), rule.clause ?? ""].filter { !$0.isEmpty }.joined(separator: " · "),
        value: wording.moment(at)))
    for pause in pauses(rule) {
      at = Instant(milliseconds: at.milliseconds + pause.milliseconds)
      lines.append(SumLine(sign: "+", words: pause.words, source: pause.reason, value: wording.moment(at)))
    }
    // A changed promise, a reopening: no plain sum.
    guard abs(at.milliseconds(since: reading.due)) < 2_000 else { return nil }
    lines.append(SumLine(sign: "=", words: wording.text("case.sum-due"), value: wording.moment(reading.due), kind: .total))
    return lines + reminders(rule, seconds)
  }

  private func begun(_ rule: TargetRule) -> SumLine {
    let event = journal.first { $0.event == rule.starts && $0.occurredAt == target.reading.start }
    let key = "start.\(rule.starts)"
    return SumLine(
      words: wording.text(wording.has(key) ? key : "case.sum-start"),
      source: event?.actorName.map { wording.text("case.sum-by", $0) } ?? "",
      value: wording.moment(target.reading.start))
  }

  /// Those that the policy lets stop this clock, and that began before it was due.
  private func pauses(_ rule: TargetRule) -> [(words: String, reason: String, milliseconds: Int64)] {
    var found: [(words: String, reason: String, milliseconds: Int64)] = [], open: (at: Instant, reason: String)?
    func close(at end: Instant, isOpen: Bool) {
      guard let start = open?.at, let reason = open?.reason else { return }
      open = nil
      guard rule.counts(pause: reason), end > target.reading.start else { return }
      let from = max(start, target.reading.start), length = end.milliseconds(since: from)
      let span =
        isOpen
        ? wording.text("case.sum-since", wording.clock(from)) : wording.text("case.sum-span", wording.clock(from), wording.clock(end))
      found.append((wording.text("case.sum-pause", wording.duration(milliseconds: length), span), wording.word("wait", reason), length))
    }
    for item in journal.sorted(by: { ($0.occurredAt, $0.version) < ($1.occurredAt, $1.version) }) {
      switch item.event {
      case "paused" where open == nil:
        open = (item.occurredAt, (try? JSONValue(parsing: item.data))?["reason"]?.text ?? "other")
      case "resumed", "cleared", "cancelled", "merged", "closed": close(at: item.occurredAt, isOpen: false)
      default: break
      }
    }
    close(at: wording.now, isOpen: true)
    return found
  }

  private func reminders(_ rule: TargetRule, _ seconds: Int) -> [SumLine] {
    let due = target.reading.due
    func who(_ role: String?) -> String { role.map { wording.word("role", $0) } ?? "" }
    let warnings = rule.warn.compactMap { warning -> Instant? in
      switch warning {
      case .share(let percent): due + -Int64(seconds * (100 - percent) / 100)
      case .left(.seconds(let left)): due + -Int64(left)
      case .left: nil
      }
    }
    var lines = warnings.filter { $0 > wording.now }.sorted().prefix(1).map {
      SumLine(words: wording.text("case.sum-warn", who(rule.owner)), value: wording.moment($0), kind: .then)
    }
    // The next reminder and the next two of the chain; the policy has them all.
    for step in rule.escalate where lines.count < 3 {
      guard case .seconds(let after) = step.after, due + Int64(after) > wording.now else { continue }
      lines.append(SumLine(words: wording.text("case.sum-escalate", who(step.to)), value: wording.moment(due + Int64(after)), kind: .then))
    }
    return lines
  }
}
