/// How a clock stands in its row: numbers between commas, clocks between blanks. What the policy says of the target (id, clause,
/// owner) is not repeated. Reading 50 rows of JSON cost two thirds of a page of cases; this costs a few microseconds a row.
extension ClockState {
  public static func text(of clocks: [ClockState]) -> String {
    clocks.map(\.text).joined(separator: " ")
  }

  /// - Throws: ``UnreadableClock`` for anything that `text(of:)` did not write under this policy.
  public static func read(_ text: String, under policy: ServicePolicy) throws(UnreadableClock) -> [ClockState] {
    var clocks: [ClockState] = []
    for part in text.utf8.split(separator: 0x20) { clocks.append(try ClockState(part, under: policy)) }
    return clocks
  }

  private var text: String {
    var fields = [String(rule), String(start.milliseconds), String(due.milliseconds), state.letter]
    fields.append(metAt.map { String($0.milliseconds) } ?? "")
    fields += [String(usedMilliseconds), String(pausedMilliseconds), String(asOf.milliseconds), accruing.rawValue]
    fields.append(unrounded.map { String($0.milliseconds) } ?? "")
    return fields.joined(separator: ",")
  }

  private init(_ text: Substring.UTF8View, under policy: ServicePolicy) throws(UnreadableClock) {
    let fields = text.split(separator: 0x2C, omittingEmptySubsequences: false)
    func number(_ index: Int) throws(UnreadableClock) -> Int64 {
      guard let value = Int64(Substring(fields[index])) else { throw UnreadableClock() }
      return value
    }
    func optional(_ index: Int) throws(UnreadableClock) -> Instant? {
      fields[index].isEmpty ? nil : Instant(milliseconds: try number(index))
    }
    guard fields.count == 10, let state = TargetReading.State(letter: fields[3].first),
      let accruing = Accrual(rawValue: String(Substring(fields[8])))
    else { throw UnreadableClock() }
    let rule = Int(try number(0))
    guard policy.targets.indices.contains(rule) else { throw UnreadableClock() }
    let target = policy.targets[rule]
    (id, clause, owner, self.rule) = (target.id, target.clause, target.owner, rule)
    (start, due) = (Instant(milliseconds: try number(1)), Instant(milliseconds: try number(2)))
    (self.state, metAt) = (state, try optional(4))
    (usedMilliseconds, pausedMilliseconds) = (try number(5), try number(6))
    (asOf, self.accruing, unrounded) = (Instant(milliseconds: try number(7)), accruing, try optional(9))
  }
}

/// A row's clocks are not what this version writes: `weibao rebuild` makes them anew.
public struct UnreadableClock: Error, Hashable, Sendable {
  public init() {}
}

extension TargetReading.State {
  fileprivate var letter: String {
    switch self {
    case .running: "r"
    case .paused: "p"
    case .met: "m"
    case .missed: "x"
    case .dropped: "d"
    }
  }

  fileprivate init?(letter: UInt8?) {
    switch letter {
    case UInt8(ascii: "r"): self = .running
    case UInt8(ascii: "p"): self = .paused
    case UInt8(ascii: "m"): self = .met
    case UInt8(ascii: "x"): self = .missed
    case UInt8(ascii: "d"): self = .dropped
    default: return nil
    }
  }
}
