import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A place as maps in mainland China draw it. Amap and Apple are shifted from WGS-84 by GCJ-02, Baidu by BD-09 on top of that; a place
/// that is handed over unshifted lies some 500 m off, on the other side of the river.
///
/// The formulas are those that were published of the standard; they come within 2 m of what the map makers' own services answer.
public struct ChinaCoordinate: Hashable, Sendable {
  public let latitude, longitude: Double

  public init(latitude: Double, longitude: Double) { (self.latitude, self.longitude) = (latitude, longitude) }

  /// GCJ-02 of a WGS-84 place; abroad, where nothing is shifted, the place itself.
  public static func gcj02(_ place: Coordinate) -> ChinaCoordinate {
    let latitude = Double(place.latitude) / 1_000_000, longitude = Double(place.longitude) / 1_000_000
    guard (0.8293...55.8271).contains(latitude), (72.004...137.8347).contains(longitude) else {
      return ChinaCoordinate(latitude: latitude, longitude: longitude)
    }
    let x = longitude - 105, y = latitude - 35, angle = latitude / 180 * Double.pi
    // Krassowsky's ellipsoid.
    let axis = 6_378_245.0, eccentricity = 0.006_693_421_622_965_943
    let magic = 1 - eccentricity * sin(angle) * sin(angle), root = magic.squareRoot()
    let north = shiftNorth(x, y) * 180 / (axis * (1 - eccentricity) / (magic * root) * Double.pi)
    let east = shiftEast(x, y) * 180 / (axis / root * cos(angle) * Double.pi)
    return ChinaCoordinate(latitude: latitude + north, longitude: longitude + east)
  }

  /// BD-09 of a GCJ-02 place.
  public var bd09: ChinaCoordinate {
    let wave = Double.pi * 3_000 / 180
    let radius = (longitude * longitude + latitude * latitude).squareRoot() + 0.000_02 * sin(latitude * wave)
    let angle = atan2(latitude, longitude) + 0.000_003 * cos(longitude * wave)
    return ChinaCoordinate(latitude: radius * sin(angle) + 0.006, longitude: radius * cos(angle) + 0.006_5)
  }

  /// `28.695214`.
  public static func text(_ degrees: Double) -> String {
    let millionths = Int((abs(degrees) * 1_000_000).rounded()), rest = String(1_000_000 + millionths % 1_000_000).dropFirst()
    return "\(degrees < 0 ? "-" : "")\(millionths / 1_000_000).\(rest)"
  }

  private static func shiftNorth(_ x: Double, _ y: Double) -> Double {
    var shift = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * abs(x).squareRoot()
    shift += waves(x)
    shift += (20 * sin(y * Double.pi) + 40 * sin(y / 3 * Double.pi)) * 2 / 3
    shift += (160 * sin(y / 12 * Double.pi) + 320 * sin(y * Double.pi / 30)) * 2 / 3
    return shift
  }

  private static func shiftEast(_ x: Double, _ y: Double) -> Double {
    var shift = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * abs(x).squareRoot()
    shift += waves(x)
    shift += (20 * sin(x * Double.pi) + 40 * sin(x / 3 * Double.pi)) * 2 / 3
    shift += (150 * sin(x / 12 * Double.pi) + 300 * sin(x / 30 * Double.pi)) * 2 / 3
    return shift
  }

  private static func waves(_ x: Double) -> Double { (20 * sin(6 * x * Double.pi) + 20 * sin(2 * x * Double.pi)) * 2 / 3 }
}
