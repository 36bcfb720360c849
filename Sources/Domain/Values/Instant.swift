/// A moment: whole milliseconds since 1970-01-01T00:00:00Z. Written and read as RFC 3339.
public struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }
  public static func + (a: Instant, seconds: Int64) -> Instant { Instant(milliseconds: a.milliseconds + seconds * 1_000) }
  public static func - (a: Instant, seconds: Int64) -> Instant { a + -seconds }

  /// Milliseconds from `other` to this moment; negative when `other` is later.
  public func milliseconds(since other: Instant) -> Int64 { milliseconds - other.milliseconds }

  /// The years the product reckons with: 0001 to 9999.
  public static let earliest = Instant(milliseconds: -62_135_596_800_000)
  public static let latest = Instant(milliseconds: 253_402_300_799_999)

  /// The date on a wall clock so many seconds ahead of UTC.
  public func date(offsetSeconds: Int) -> CivilDate {
    CivilDate(daysSinceEpoch: Int((milliseconds + Int64(offsetSeconds) * 1_000).flooredDivision(by: 86_400_000)))
  }

  /// RFC 3339 in UTC with milliseconds: `2026-11-23T02:42:00.000Z`.
  public var description: String { text(offsetSeconds: 0) }

  /// RFC 3339 at a fixed offset from UTC; offset 0 is written `Z`.
  public func text(offsetSeconds: Int) -> String {
    let date = date(offsetSeconds: offsetSeconds)
    let rest = Int(milliseconds) + offsetSeconds * 1_000 - date.daysSinceEpoch * 86_400_000
    var bytes = [UInt8]()
    bytes.reserveCapacity(30)
    func put(_ value: Int, _ width: Int) {
      var divisor = 1
      for _ in 1..<width { divisor *= 10 }
      for _ in 0..<width {
        bytes.append(48 + UInt8(value / divisor % 10))
        divisor = max(divisor / 10, 1)
      }
    }
    func put(_ character: Unicode.Scalar) { bytes.append(UInt8(character.value)) }
    put(date.year, 4); put("-"); put(date.month, 2); put("-"); put(date.day, 2); put("T")
    put(rest / 3_600_000, 2); put(":"); put(rest / 60_000 % 60, 2); put(":"); put(rest / 1_000 % 60, 2)
    put("."); put(rest % 1_000, 3)
    if offsetSeconds == 0 {
      put("Z")
    } else {
      let minutes = abs(offsetSeconds) / 60
      put(offsetSeconds < 0 ? "-" : "+"); put(minutes / 60, 2); put(":"); put(minutes % 60, 2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads RFC 3339 with seconds and a zone (`Z` or `+08:00`); a fraction is cut to milliseconds.
  ///
  /// - Throws: ``InstantError/notAnInstant(_:)`` for anything else, a date that does not exist included.
  public init(parsing text: String) throws(InstantError) {
    let bytes = Array(text.utf8)
    func digits(_ range: Range<Int>) throws(InstantError) -> Int {
      var value = 0
      for index in range {
        guard index < bytes.count, (48...57).contains(bytes[index]) else { throw .notAnInstant(text) }
        value = value * 10 + Int(bytes[index] - 48)
      }
      return value
    }
    func expect(_ index: Int, _ allowed: Set<UInt8>) throws(InstantError) {
      guard index < bytes.count, allowed.contains(bytes[index]) else { throw .notAnInstant(text) }
    }
    guard bytes.count <= 40 else { throw .notAnInstant(String(text.prefix(40))) }
    try expect(4, [0x2D]); try expect(7, [0x2D]); try expect(10, [0x54, 0x74, 0x20]); try expect(13, [0x3A]); try expect(16, [0x3A])
    guard let date = CivilDate(year: try digits(0..<4), month: try digits(5..<7), day: try digits(8..<10)), date.year > 0 else {
      throw .notAnInstant(text)
    }
    let hour = try digits(11..<13), minute = try digits(14..<16), second = try digits(17..<19)
    guard hour < 24, minute < 60, second < 60 else { throw .notAnInstant(text) }
    var index = 19, fraction = 0, scale = 100
    if index < bytes.count, bytes[index] == 0x2E {
      index += 1
      let first = index
      while index < bytes.count, (48...57).contains(bytes[index]) {
        fraction += Int(bytes[index] - 48) * scale
        scale /= 10
        index += 1
      }
      guard index > first else { throw .notAnInstant(text) }
    }
    var offset = 0
    guard index < bytes.count else { throw .notAnInstant(text) }
    switch bytes[index] {
    case 0x5A, 0x7A: index += 1
    case 0x2B, 0x2D:
      let sign = bytes[index] == 0x2D ? -1 : 1
      let hours = try digits(index + 1..<index + 3), minutes = try digits(index + 4..<index + 6)
      try expect(index + 3, [0x3A])
      guard hours < 24, minutes < 60 else { throw .notAnInstant(text) }
      offset = sign * (hours * 3_600 + minutes * 60)
      index += 6
    default: throw .notAnInstant(text)
    }
    guard index == bytes.count else { throw .notAnInstant(text) }
    let seconds = date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second - offset
    self.init(milliseconds: Int64(seconds) * 1_000 + Int64(fraction))
    guard (Instant.earliest...Instant.latest).contains(self) else { throw .notAnInstant(text) }
  }
}

extension Instant: Codable {
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

public enum InstantError: Refusal, Hashable {
  case notAnInstant(String)

  public var code: String { "instant.not-an-instant" }
  public var category: RefusalCategory { .invalid }
  public var arguments: [String] {
    switch self {
    case .notAnInstant(let text): [text]
    }
  }
  public var message: String {
    switch self {
    case .notAnInstant(let text): "“\(text)” is not a moment. Write it like 2026-11-23T10:42:00+08:00."
    }
  }
}

extension Int64 {
  /// Division that rounds down, for negative numbers too.
  func flooredDivision(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
