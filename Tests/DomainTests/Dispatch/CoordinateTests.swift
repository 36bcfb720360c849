import Domain
import Testing

@Suite struct CoordinateTests {
  @Test(arguments: [
    ("28.6956", 28_695_600, "28.6956"), ("116.684439", 116_684_439, "116.684439"), ("-0.5", -500_000, "-0.5"), ("28", 28_000_000, "28"),
    ("180", 180_000_000, "180"), ("007.250", 7_250_000, "7.25"), ("-0", 0, "0"),
  ])
  func `an angle is read to the millionth and written short`(_ text: String, _ millionths: Int, _ written: String) {
    #expect(Angle(parsing: text)?.millionths == millionths)
    #expect(Angle(parsing: text)?.description == written)
  }

  @Test(arguments: ["", "-", ".5", "5.", "28.6956001", "180.000001", "1e2", "+5", "28,6", "２８", "1.2.3", " 1", "--1", "1.-5", "NaN"])
  func `what is no angle`(_ text: String) {
    #expect(Angle(parsing: text) == nil)
  }

  @Test func `a place of which one half is missing or out of range is unknown`() {
    #expect(Coordinate(latitude: "28.6956", longitude: nil) == nil)
    #expect(Coordinate(latitude: "91", longitude: "0") == nil)
    #expect(Coordinate(latitude: "90", longitude: "-180")?.longitude == -180_000_000)
  }

  @Test func `from 鄱阳 to 余干 it is 33 km, from Beijing to Shanghai 1,067 km, half around the earth 20,015 km`() throws {
    func at(_ latitude: String, _ longitude: String) throws -> Coordinate {
      try #require(Coordinate(latitude: latitude, longitude: longitude))
    }
    let (poyang, yugan) = (try at("28.9924", "116.6675"), try at("28.6956", "116.6844"))
    #expect(poyang.metres(to: yugan) == 33_044)
    let (beijing, shanghai) = (try at("39.9042", "116.4074"), try at("31.2304", "121.4737"))
    #expect((1_065_000...1_070_000).contains(beijing.metres(to: shanghai)))
    #expect(try at("0", "0").metres(to: at("0", "180")) == 20_015_087)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `a way is as far there as back, never negative, and no detour is shorter`(seed: UInt64) throws {
    var random = Dice(state: seed)
    func place() throws -> Coordinate {
      let latitude = Int.random(in: Coordinate.latitudes, using: &random), longitude = Int.random(in: Coordinate.longitudes, using: &random)
      return try #require(Coordinate(latitude: latitude, longitude: longitude))
    }
    let (one, two, three) = (try place(), try place(), try place())
    #expect(one.metres(to: one) == 0)
    #expect(one.metres(to: two) == two.metres(to: one))
    #expect(one.metres(to: two) <= one.metres(to: three) + three.metres(to: two) + 2)
    #expect((0...20_015_087).contains(one.metres(to: two)))
  }
}
