import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A place on the earth (WGS-84), in millionths of a degree: 11 cm, and no rounding on the way to the record and back.
public struct Coordinate: Hashable, Sendable {
  public let latitude, longitude: Int

  public static let latitudes = -90_000_000...90_000_000
  public static let longitudes = -180_000_000...180_000_000

  /// Nil where one of them is out of range.
  public init?(latitude: Int, longitude: Int) {
    guard Self.latitudes.contains(latitude), Self.longitudes.contains(longitude) else { return nil }
    (self.latitude, self.longitude) = (latitude, longitude)
  }

  /// Nil where a text is missing or no angle: a place of which one half is known is unknown.
  public init?(latitude: String?, longitude: String?) {
    guard let latitude = latitude.flatMap({ Angle(parsing: $0) }), let longitude = longitude.flatMap({ Angle(parsing: $0) }) else {
      return nil
    }
    self.init(latitude: latitude.millionths, longitude: longitude.millionths)
  }

  /// Metres to another place along the great circle, on a sphere of 6,371 km: within 0.6 % of the ellipsoid, which is less than
  /// the roads add.
  public func metres(to other: Coordinate) -> Int {
    let scale = Double.pi / 180_000_000
    let across = sin(Double(other.latitude - latitude) * scale / 2), along = sin(Double(other.longitude - longitude) * scale / 2)
    let half = across * across + cos(Double(latitude) * scale) * cos(Double(other.latitude) * scale) * along * along
    return Int((2 * 6_371_000 * asin(min(1, half.squareRoot()))).rounded())
  }
}

/// An angle in millionths of a degree, written `28.6956` or `-0.5`: at most six decimals, no more than 180 either way.
public struct Angle: Hashable, Sendable, CustomStringConvertible {
  public let millionths: Int

  public init(millionths: Int) { self.millionths = millionths }

  public init?(parsing text: String) {
    var rest = Substring(text)
    let negative = rest.first == "-"
    if negative { rest.removeFirst() }
    let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), (1...3).contains(parts[0].utf8.count), parts.count == 1 || (1...6).contains(parts[1].utf8.count),
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), let whole = Int(parts[0])
    else { return nil }
    let decimals = parts.count == 2 ? String(parts[1]) : ""
    guard let fraction = Int(decimals + String(repeating: "0", count: 6 - decimals.utf8.count)) else { return nil }
    let size = whole * 1_000_000 + fraction
    guard size <= 180_000_000 else { return nil }
    millionths = negative ? -size : size
  }

  public var description: String {
    let size = abs(millionths), digits = String(size % 1_000_000)
    var decimals = String(repeating: "0", count: 6 - digits.utf8.count) + digits
    while decimals.hasSuffix("0") { decimals.removeLast() }
    return "\(millionths < 0 ? "-" : "")\(size / 1_000_000)\(decimals.isEmpty ? "" : "." + decimals)"
  }
}
