import Domain
import Testing

/// Pairs as others published them: eviltransform's and coordtransform's own tests.
@Suite struct ChinaCoordinateTests {
  private static let nearEnough = 0.000_002  // of a degree: 0.2 m, since ours begins with millionths

  @Test(arguments: [
    ("31.177428", "121.527211", 31.175_303_98, 121.531_541_86), ("22.543847", "113.912316", 22.540_796_13, 113.917_176_48),
    ("39.911954", "116.377817", 39.913_345_46, 116.384_047_22), ("39.915", "116.404", 39.916_404_28, 116.410_244_50),
  ])
  func `a place is shifted as Amap and Apple draw it`(_ latitude: String, _ longitude: String, _ north: Double, _ east: Double) throws {
    let shifted = ChinaCoordinate.gcj02(try #require(Coordinate(latitude: latitude, longitude: longitude)))
    #expect(abs(shifted.latitude - north) < Self.nearEnough && abs(shifted.longitude - east) < Self.nearEnough)
  }

  @Test func `and once more as Baidu does`() {
    let baidu = ChinaCoordinate(latitude: 39.915, longitude: 116.404).bd09
    #expect(abs(baidu.latitude - 39.921_336_993_5) < 1e-9 && abs(baidu.longitude - 116.410_369_493_7) < 1e-9)
  }

  @Test func `abroad nothing is shifted, and degrees are written with six decimals`() throws {
    let abroad = ChinaCoordinate.gcj02(try #require(Coordinate(latitude: "48.137154", longitude: "11.576124")))
    #expect(ChinaCoordinate.text(abroad.latitude) == "48.137154" && ChinaCoordinate.text(abroad.longitude) == "11.576124")
    #expect(ChinaCoordinate.text(-0.5) == "-0.500000" && ChinaCoordinate.text(28.000_000_4) == "28.000000")
  }
}
