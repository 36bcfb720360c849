import Domain
import Operations
import Synchronization
import Testing

/// The clock of a node whose machine's clock is set.
@Suite struct SteadyClockTests {
  private final class Machine: Sendable {
    let now: Mutex<Int64>
    init(_ now: Int64) { self.now = Mutex(now) }
  }

  @Test func `a clock that NTP sets back by seconds stands until it has caught up`() throws {
    let machine = Machine(1_000_000)
    let clock = SteadyClock(newest: Instant(milliseconds: 900_000)) { Instant(milliseconds: machine.now.withLock { $0 }) }
    var told: [Int64] = []
    for now in [1_000_000, 1_005_000, 1_003_000, 885_000, 1_004_999, 1_005_001] as [Int64] {
      machine.now.withLock { $0 = now }
      told.append(try clock.now().milliseconds)
    }
    #expect(told == [1_000_000, 1_005_000, 1_005_000, 1_005_000, 1_005_000, 1_005_001])
  }

  @Test func `one that is set back further, or lies behind the journal at the start, is refused until it is right`() throws {
    let machine = Machine(1_000_000), newest = Instant(milliseconds: 1_120_001)
    let clock = SteadyClock(newest: newest) { Instant(milliseconds: machine.now.withLock { $0 }) }
    #expect(throws: ClockRefusal.setBack(now: Instant(milliseconds: 1_000_000), recorded: newest)) { try clock.now() }
    machine.now.withLock { $0 = 1_000_001 }
    #expect(try clock.now() == newest)
    machine.now.withLock { $0 = 2_000_000 }
    #expect(try clock.now().milliseconds == 2_000_000)
    machine.now.withLock { $0 = 1_879_999 }
    #expect(throws: ClockRefusal.self) { try clock.now() }
  }
}
