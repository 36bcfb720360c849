import Domain
import Persistence

/// Who of a role is told of a case (SLA-8): who has it in hand; else who is on duty; else everybody there is.
enum Addressees {
  /// More are no audience but a crowd; the notice for the role as a whole stands beside.
  static let most = 20

  /// - Parameters:
  ///   - hands: who has the case in hand, of whatever role.
  ///   - branch: the case's; nil where it belongs to none yet.
  /// - Returns: active people, each once; empty where the role has nobody.
  static func staff(of role: Role, hands: [StaffID], branch: String?, at now: Instant, in db: any SQLReader) throws -> [StaffID] {
    let these = try hands.filter { try isActive($0, as: role, in: db) }
    if !these.isEmpty { return these.distinct() }
    let onDuty = try Shifts.onDuty(role, of: branch, at: now, in: db)
    if !onDuty.isEmpty { return onDuty }
    // No engineer was sent: that is for who sends them, not for all of them.
    if role == .engineer { return try staff(of: .dispatcher, hands: hands, branch: branch, at: now, in: db) }
    let all = try everyone(role, of: branch, in: db)
    // A branch without such a person is looked after by the others.
    return all.isEmpty && branch != nil ? try everyone(role, of: nil, in: db) : all
  }

  private static func isActive(_ staff: StaffID, as role: Role, in db: any SQLReader) throws -> Bool {
    try db.first(activeSQL, [.text(staff.text), .text(role.rawValue)]) { _ in true } ?? false
  }

  static let activeSQL = "SELECT 1 FROM staff WHERE id = ? AND role = ? AND archived = 0"

  private static func everyone(_ role: Role, of branch: String?, in db: any SQLReader) throws -> [StaffID] {
    try db.rows(everyoneSQL(ofBranch: branch != nil), [.text(role.rawValue)] + (branch.map { [.text($0)] } ?? [])) { StaffID($0.text(0)) }
  }

  /// Index staff_role gives the order: it ends with the last one that is told.
  static func everyoneSQL(ofBranch: Bool) -> String {
    """
    SELECT id FROM staff WHERE role = ? AND archived = 0\(ofBranch ? " AND (branch = ? OR branch IS NULL)" : "")
    ORDER BY id LIMIT \(most)
    """
  }
}
