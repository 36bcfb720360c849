/// How a clock stands in its row: numbers between commas, clocks between blanks. What the policy says of the target (id, clause,
/// owner) is not repeated. Reading 50 rows of JSON cost two thirds of a page of cases; this costs a few microseconds a row.
extension ClockState {
  public static func text(of clocks: [ClockState]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(clocks.count * 80)
    for clock in clocks {
      if !bytes.isEmpty { bytes.append(blank) }
      clock.write(to: &bytes)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// - Throws: ``UnreadableClock`` for anything that `text(of:)` did not write under this policy.
  public static func read(_ text: String, under policy: ServicePolicy) throws(UnreadableClock) -> [ClockState] {
    var fields = ClockFields(text)
    var clocks: [ClockState] = []
    while !fields.isAtEnd { clocks.append(try ClockState(&fields, under: policy)) }
    return clocks
  }

  private func write(to bytes: inout [UInt8]) {
    func put(_ text: String) {
      bytes.append(contentsOf: text.utf8)
      bytes.append(comma)
    }
    put(String(rule))
    put(String(start.milliseconds))
    put(String(due.milliseconds))
    bytes += [state.letter, comma]
    put(metAt.map { String($0.milliseconds) } ?? "")
    put(String(usedMilliseconds))
    put(String(pausedMilliseconds))
    put(String(asOf.milliseconds))
    put(accruing.rawValue)
    if let unrounded { bytes.append(contentsOf: String(unrounded.milliseconds).utf8) }
  }

  private init(_ fields: inout ClockFields, under policy: ServicePolicy) throws(UnreadableClock) {
    let rule = Int(try fields.number())
    guard policy.targets.indices.contains(rule) else { throw UnreadableClock() }
    (id, clause, owner) = (policy.targets[rule].id, policy.targets[rule].clause, policy.targets[rule].owner)
    self.rule = rule
    (start, due) = (Instant(milliseconds: try fields.number()), Instant(milliseconds: try fields.number()))
    state = try TargetReading.State(letter: fields.letter())
    metAt = try fields.optional().map { Instant(milliseconds: $0) }
    (usedMilliseconds, pausedMilliseconds) = (try fields.number(), try fields.number())
    asOf = Instant(milliseconds: try fields.number())
    guard let accruing = Accrual(rawValue: String(Unicode.Scalar(try fields.letter()))) else { throw UnreadableClock() }
    self.accruing = accruing
    unrounded = try fields.optional().map { Instant(milliseconds: $0) }
    try fields.endClock()
  }
}

private let (comma, blank) = (UInt8(ascii: ","), UInt8(ascii: " "))

/// Walks over the fields of clocks, byte by byte.
private struct ClockFields {
  private let bytes: [UInt8]
  private var index = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { index >= bytes.count }

  mutating func number() throws(UnreadableClock) -> Int64 {
    guard let number = try optional() else { throw UnreadableClock() }
    return number
  }

  /// nil for an empty field.
  mutating func optional() throws(UnreadableClock) -> Int64? {
    let first = index
    while index < bytes.count, bytes[index] != comma, bytes[index] != blank { index += 1 }
    let field = bytes[first..<index]
    if index < bytes.count, bytes[index] == comma { index += 1 }
    if field.isEmpty { return nil }
    let digits = field.first == UInt8(ascii: "-") ? field.dropFirst() : field
    // 18 digits are no overflow.
    guard (1...18).contains(digits.count) else { throw UnreadableClock() }
    var number: Int64 = 0
    for byte in digits {
      guard (48...57).contains(byte) else { throw UnreadableClock() }
      number = number * 10 + Int64(byte - 48)
    }
    return digits.count < field.count ? -number : number
  }

  mutating func letter() throws(UnreadableClock) -> UInt8 {
    guard index + 1 < bytes.count, bytes[index + 1] == comma else { throw UnreadableClock() }
    index += 2
    return bytes[index - 2]
  }

  mutating func endClock() throws(UnreadableClock) {
    guard !isAtEnd else { return }
    guard bytes[index] == blank else { throw UnreadableClock() }
    index += 1
  }
}

/// A row's clocks are not what this version writes: `weibao rebuild` makes them anew.
public struct UnreadableClock: Error, Hashable, Sendable {
  public init() {}
}

extension TargetReading.State {
  fileprivate var letter: UInt8 {
    switch self {
    case .running: UInt8(ascii: "r")
    case .paused: UInt8(ascii: "p")
    case .met: UInt8(ascii: "m")
    case .missed: UInt8(ascii: "x")
    case .dropped: UInt8(ascii: "d")
    }
  }

  fileprivate init(letter: UInt8) throws(UnreadableClock) {
    switch letter {
    case UInt8(ascii: "r"): self = .running
    case UInt8(ascii: "p"): self = .paused
    case UInt8(ascii: "m"): self = .met
    case UInt8(ascii: "x"): self = .missed
    case UInt8(ascii: "d"): self = .dropped
    default: throw UnreadableClock()
    }
  }
}
