import ArgumentParser
import Domain
import Foundation
import Operations

/// For Benchmarks: sums of working time and clocks of cases, from memory. Marks: 2,000,000 sums a second on one core; 1,000,000 cases in 30 s on two.
struct BenchClocks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-clocks", abstract: "Prints how many sums of working time and how many cases are reckoned.", shouldDisplay: false)

  @Option(help: "How many sums.") var sums = 4_000_000
  @Option(help: "How many cases.") var cases = 1_000_000

  private static let office = """
    name: office
    time_zone: Asia/Shanghai
    week: {mon: ["08:30-12:00", "13:30-17:30"], tue: ["08:30-12:00", "13:30-17:30"], wed: ["08:30-12:00", "13:30-17:30"],
      thu: ["08:30-12:00", "13:30-17:30"], fri: ["08:30-12:00", "13:30-17:30"], sat: [], sun: []}
    holidays: china
    """

  func run() async throws {
    let calendar = try WorkingCalendar(try CalendarDefinition(yaml: Self.office))
    // Drawn before the watch runs: moments of 2026, spans of up to a year.
    var draw = SystemRandomNumberGenerator()
    let base: Int64 = 1_767_196_800_000, year: Int64 = 31_536_000_000
    let starts = (0..<65_536).map { _ in Instant(milliseconds: base + Int64.random(in: 0..<year, using: &draw)) }
    let spans = (0..<65_536).map { _ in Int64.random(in: 0..<year / 4, using: &draw) }
    var sum: Int64 = 0
    let added = ContinuousClock().measure {
      for place in 0..<sums { sum &+= calendar.add(to: starts[place & 65_535], working: spans[place & 65_535]).milliseconds }
    }
    let counted = ContinuousClock().measure {
      for place in 0..<sums {
        sum &+= calendar.workingMilliseconds(from: starts[place & 65_535], to: starts[(place &+ 7_919) & 65_535])
      }
    }
    let half = cases / 2
    let clock = ContinuousClock(), begun = clock.now
    await withTaskGroup(of: Int64.self) { group in
      for _ in 0..<2 { group.addTask { Self.replay(half) } }
      for await part in group { sum &+= part }
    }
    let replayed = clock.now - begun
    print(String(format: "add %.0f a second", Double(sums) / (added / .seconds(1))))
    print(String(format: "between %.0f a second", Double(sums) / (counted / .seconds(1))))
    let twenty = try WorkingCalendar(try CalendarDefinition(yaml: Self.office), holidays: .china, years: 2019...2038)
    print("calendar of 20 years \(twenty.bytes) bytes")
    print(String(format: "replay %.1f s for %d cases", replayed / .seconds(1), half * 2))
    // Whatever was reckoned is used, or the compiler would leave it out.
    if sum == 0 { print("nothing") }
  }

  /// A case with all six promises of the shipped policy, two pauses and a reopening.
  private static func replay(_ count: Int) -> Int64 {
    let attributes = ["kind": "support", "urgency": "normal", "area": "covered"]
    let events: [(Int64, String, String?)] = [
      (0, "reported", nil), (5, "accepted", nil), (20, "responded", nil), (30, "attempted", nil), (40, "remote-failed", nil),
      (50, "dispatched", nil), (60, "departed", nil), (200, "arrived", nil), (240, "paused", "customer"), (400, "resumed", nil),
      (420, "paused", "parts"), (600, "resumed", nil), (900, "cleared", nil), (1_000, "rejected", nil), (1_300, "cleared", nil),
      (1_400, "confirmed", nil), (1_500, "signed-off", nil), (1_600, "closed", nil),
    ]
    var sum: Int64 = 0
    for number in 0..<count {
      let start: Int64 = 1_767_196_800 + Int64(number) * 37
      let timeline = events.map { ClockEvent(at: Instant(milliseconds: (start + $0.0 * 60) * 1_000), event: $0.1, reason: $0.2) }
      for clock in ShippedPolicy.policy.clocks(attributes: attributes, timeline: timeline) { sum &+= clock.due.milliseconds }
    }
    return sum
  }
}
