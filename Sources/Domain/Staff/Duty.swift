/// Somebody's hours on duty (值班), as the roster has them (INT-8, SLA-8).
public struct Shift: Hashable, Sendable {
  public var staff: StaffID
  public var role: Role
  /// Nil: for every branch, at the centre.
  public var branch: BranchID?
  public var from, to: Instant

  public init(staff: StaffID, role: Role, branch: BranchID?, from: Instant, to: Instant) {
    (self.staff, self.role, self.branch, self.from, self.to) = (staff, role, branch, from, to)
  }

  /// Two days: whoever is longer on duty is planned twice.
  public static let longest: Int64 = 48 * 3_600_000
}

/// What must be covered: a role, in a branch or at the centre.
public struct Duty: Hashable, Sendable {
  public let role: Role
  public let branch: BranchID?

  public init(role: Role, branch: BranchID?) { (self.role, self.branch) = (role, branch) }
}

/// A time in which nobody is on duty.
public struct DutyGap: Hashable, Sendable {
  public let duty: Duty
  public let from, to: Instant
}

extension Duty {
  /// The times between two instants that none of these shifts covers, in order; shifts may overlap and stand in any order.
  public func gaps(among shifts: [Shift], from: Instant, to: Instant) -> [DutyGap] {
    var gaps: [DutyGap] = [], covered = from
    let mine = shifts.filter { $0.role == role && ($0.branch == nil || $0.branch == branch) && $0.to > from && $0.from < to }
    for shift in mine.sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }) {
      if shift.from > covered { gaps.append(DutyGap(duty: self, from: covered, to: shift.from)) }
      covered = max(covered, shift.to)
    }
    if covered < to { gaps.append(DutyGap(duty: self, from: covered, to: to)) }
    return gaps
  }
}
