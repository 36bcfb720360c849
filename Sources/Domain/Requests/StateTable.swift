/// Which steps a state allows at all: design.md, "What a state allows". Printed in Docs/STATES.md and tested against it.
public enum StateTable {
  public static func allows(_ step: RequestStep, in state: RequestState) -> Bool { table[state]?.contains(step) ?? false }

  /// Files are attached wherever a remark may be written, which is in every state: a signed paper comes back when all has ended.
  public static func allowsAttaching(in state: RequestState) -> Bool { allows(.comment, in: state) }

  public static let table: [RequestState: Set<RequestStep>] = [
    .reported: [.accept, .change, .comment, .cancel, .merge],
    .accepted: underway,
    .working: underway,
    // `close` here is a manager's, with a reason. A remote session may still run: the customer can end it at any time, even
    // when the case has ended (REM-2).
    .cleared: [.acknowledge, .leave, .handBack, .confirm, .reject, .signOff, .change, .comment, .close, .remoteEnd],
    .confirmed: [.leave, .handBack, .reject, .signOff, .close, .reopen, .comment, .remoteEnd],
    .closed: [.reopen, .comment, .remoteEnd],
    // An engineer may be on the way when it is cancelled or merged: the trip still gets its end.
    .cancelled: [.reopen, .comment, .leave, .handBack, .remoteEnd],
    .merged: [.comment, .leave, .handBack, .remoteEnd],
  ]

  /// What the table allows beside design.md's list, under circumstances of its own: named only while those hold.
  public static let sometimes: [RequestState: Set<RequestStep>] = [
    .cleared: [.close, .remoteEnd], .confirmed: [.remoteEnd], .closed: [.remoteEnd], .cancelled: [.leave, .handBack, .remoteEnd],
    .merged: [.leave, .handBack, .remoteEnd],
  ]

  private static let underway = Set(RequestStep.allCases).subtracting([.accept, .confirm, .reject, .signOff, .close, .reopen])
}
