import Domain
import Operations

/// The clock of one promise: words, the promise with its hour, a bar that shrinks. Its state is a word and a colour, never colour alone.
struct ClockPart: PageValue {
  enum State: String, Sendable { case run, soon, late, hold, met, dropped }

  /// Amber from here: half an hour, or half of a shorter promise.
  static let soonMilliseconds: Int64 = 1_800_000

  let state: State
  let words, promise: String
  /// Of the whole promise, so many seconds are left.
  let whole, left: Int64
  /// Line by line: start + promise + pauses = due.
  var sum: [SumLine] = []
  /// Whether its sum is unfolded.
  var isOpen = false
  let owner: String

  /// - Parameter isBrief: in a list: how late it is says more than when it was due.
  init(_ target: TargetView, _ wording: Wording, isBrief: Bool = false) {
    let reading = target.reading
    let name = wording.language == .zh ? target.name.zh : target.name.en
    let left = reading.due.milliseconds(since: wording.now)
    let span = max(reading.due.milliseconds(since: reading.start), 1)
    let isLate = left < 0 || reading.state == .missed
    whole = span / 1_000
    switch reading.state {
    case .running, .missed, .paused:
      if let metAt = reading.metAt {
        state = .late
        words = wording.text("clock.met-late", wording.duration(milliseconds: metAt.milliseconds(since: reading.due)))
        self.left = whole
      } else if reading.state == .paused {
        state = .hold
        words = wording.text(isLate ? "clock.held-late" : "clock.held", wording.duration(milliseconds: abs(left)))
        self.left = isLate ? whole : min(left / 1_000, whole)
      } else if !target.isOwed {
        state = .late
        words = wording.text("clock.missed")
        self.left = whole
      } else if isLate {
        state = .late
        words = wording.text("clock.late", wording.duration(milliseconds: max(-left, 0)))
        self.left = whole
      } else {
        state = left <= min(Self.soonMilliseconds, span / 2) ? .soon : .run
        words = wording.text("clock.left", wording.duration(milliseconds: left))
        self.left = left / 1_000
      }
    case .met:
      state = .met
      words = wording.text("clock.met", wording.duration(milliseconds: reading.usedSeconds * 1_000))
      self.left = whole
    case .dropped:
      state = .dropped
      words = wording.text("clock.dropped")
      self.left = 0
    }
    let isNamedOnly = state == .hold || state == .dropped || (isBrief && state == .late)
    let hour = isBrief && wording.isToday(reading.due) ? wording.clock(reading.due) : wording.moment(reading.due)
    promise = isNamedOnly ? name : "\(name) \(hour)"
    owner = reading.owner.map { wording.text("case.owner-role", wording.word("role", $0)) } ?? ""
  }

  func child(named: String) -> Any? {
    switch named {
    case "s": state.rawValue
    case "clockWords": words
    case "promise": promise
    case "whole": whole
    case "left": left
    case "clockIcon": icon
    case "hasBar": state != .met && state != .dropped
    case "owner": owner.isEmpty ? false : owner
    case "isUnfolded": isOpen
    case "sum": sum
    case "hasSum": !sum.isEmpty
    default: nil
    }
  }

  private var icon: Any {
    switch state {
    case .run, .dropped: false
    case .soon: "clock"
    case .late: "alert"
    case .hold: "pause"
    case .met: "check"
    }
  }
}

/// A line of the sum that a due time is: a sign, what it is and where it comes from, where that leads to.
struct SumLine: PageValue {
  enum Kind: String, Sendable { case plain, total = "sum", then }

  var sign = ""
  let words: String
  var source = ""
  var value = ""
  var kind = Kind.plain

  func child(named: String) -> Any? {
    switch named {
    case "sign": sign
    case "words": words
    case "source": source.isEmpty ? false : source
    case "value": value
    case "isWide": value.isEmpty
    case "isTotal": kind == .total
    case "sumClass": kind == .plain ? false : kind.rawValue
    default: nil
    }
  }
}

extension RequestView {
  /// The promise that runs out first of those still owed; nil when no clock runs or waits.
  var nearest: TargetView? {
    targets.filter(\.isOwed).min { a, b in
      let (first, second) = (a.reading, b.reading)
      // What waits for somebody else comes after what runs.
      if (first.state == .paused) != (second.state == .paused) { return second.state == .paused }
      return first.due < second.due
    }
  }
}
