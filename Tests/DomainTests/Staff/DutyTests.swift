import Domain
import Testing

/// When nobody is on duty (INT-8, SLA-8).
@Suite struct DutyTests {
  private static let duty = Duty(role: .dispatcher, branch: BranchID("b1"))

  private func shift(_ from: String, _ to: String, role: Role = .dispatcher, branch: String? = "b1") -> Shift {
    Shift(staff: StaffID("s"), role: role, branch: branch.map { BranchID($0) }, from: Story.at(from), to: Story.at(to))
  }

  private func gaps(_ shifts: [Shift]) -> [String] {
    Self.duty.gaps(among: shifts, from: Story.at("08:00"), to: Story.at("32:00")).map { "\(Story.time($0.from))-\(Story.time($0.to))" }
  }

  @Test func `without a shift the whole time is a gap`() {
    #expect(gaps([]) == ["08:00-32:00"])
    #expect(gaps([shift("08:00", "32:00", role: .callTaker), shift("08:00", "32:00", branch: "b2")]) == ["08:00-32:00"])
  }

  @Test func `shifts that meet or overlap leave none, in whatever order they stand`() {
    #expect(gaps([shift("20:00", "33:00"), shift("07:00", "12:00"), shift("12:00", "20:30")]) == [])
  }

  @Test func `what lies between two, before the first and after the last is a gap`() {
    #expect(
      gaps([shift("18:00", "24:00"), shift("09:00", "17:30"), shift("10:00", "11:00")]) == ["08:00-09:00", "17:30-18:00", "24:00-32:00"])
  }

  @Test func `the centre covers every branch`() {
    #expect(gaps([shift("08:00", "20:00", branch: nil), shift("20:00", "32:00")]) == [])
  }
}
