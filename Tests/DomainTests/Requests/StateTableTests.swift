import Domain
import Testing

@Suite struct StateTableTests {
  private static let ended: Set<RequestStep> = [.accept, .confirm, .reject, .signOff, .close, .reopen]
  /// design.md, "What a state allows, at least".
  static let design: [RequestState: Set<RequestStep>] = [
    .reported: [.accept, .change, .comment, .cancel, .merge],
    .accepted: Set(RequestStep.allCases).subtracting(ended),
    .working: Set(RequestStep.allCases).subtracting(ended),
    .cleared: [.acknowledge, .leave, .handBack, .confirm, .reject, .signOff, .change, .comment],
    .confirmed: [.leave, .handBack, .reject, .signOff, .close, .reopen, .comment],
    .closed: [.reopen, .comment],
    .cancelled: [.reopen, .comment],
    .merged: [.comment],
  ]
  /// What this product allows beyond that: a manager's close, and ends for what still runs.
  static let beyond: [RequestState: Set<RequestStep>] = [
    .cleared: [.close, .remoteEnd], .confirmed: [.remoteEnd], .closed: [.remoteEnd], .cancelled: [.leave, .handBack, .remoteEnd],
    .merged: [.leave, .handBack, .remoteEnd],
  ]

  @Test(arguments: RequestState.allCases)
  func `a state allows what the design says and no more (INT-4)`(_ state: RequestState) throws {
    let allowed = try #require(Self.design[state]).union(Self.beyond[state] ?? [])
    #expect(StateTable.table[state] == allowed)
    let fixture = try TestCase.in(state)
    #expect(fixture.state == state)
    for step in RequestStep.allCases {
      var copy = fixture
      var refused: RequestError?
      do { try copy.take(.any(step), "10:00") } catch { refused = error }
      #expect((refused == .notAllowed(step, state)) == !allowed.contains(step), "\(step) in \(state): \(refused.map(\.code) ?? "taken")")
    }
  }

  @Test(arguments: RequestState.allCases, [nil, StaffID.wang])
  func `what is offered can be taken, what is not offered cannot`(_ state: RequestState, engineer: StaffID?) throws {
    guard state != .closed || engineer == nil, state != .reported || engineer == nil else { return }
    let fixture = try TestCase.in(state, engineer: engineer)
    let offered = fixture.request.steps
    for step in RequestStep.allCases {
      var copy = fixture
      // What is always possible with some value: a level not reached yet.
      let command: RequestCommand = step == .raise ? .raise(to: .onSiteParts, reason: "remote-impossible") : .any(step)
      let taken = (try? copy.take(command, "10:00")) != nil
      #expect(taken == offered.contains(step), "\(step) in \(state)")
    }
  }

  @Test func `working begins with the first respond, attempt, locate, dispatch or remote-start`() throws {
    let beginning: [RequestCommand] = [
      .respond, .tried(.phone), .locate(.init(cause: .network)), .dispatch(.to(.wang)), .remoteStart(.session),
    ]
    for command in beginning { #expect(try TestCase.in(.accepted).taking(command).state == .working) }
    let others: [RequestCommand] = [
      .acknowledge(.word), .propose("x"), .agree(.word), .pause(.customer), .change(.emergency), .comment(.init(text: "x")),
      .standby(EquipmentID("e1")),
    ]
    for command in others { #expect(try TestCase.in(.accepted).taking(command).state == .accepted) }
  }

  @Test(arguments: RequestStep.allCases)
  func `every command names its step`(_ step: RequestStep) { #expect(RequestCommand.any(step).step == step) }

  @Test func `the first five states are open`() {
    #expect(RequestState.allCases.filter(\.isOpen) == [.reported, .accepted, .working, .cleared, .confirmed])
  }

  @Test func `the printed table says what the code does`() throws {
    let header = "| step | " + RequestState.allCases.map(\.rawValue).joined(separator: " | ") + " |"
    let rule = "|" + String(repeating: " --- |", count: RequestState.allCases.count + 1)
    let rows = RequestStep.allCases.map { step in
      let cells = RequestState.allCases.map { StateTable.allows(step, in: $0) ? "●" : "" }
      return "| " + ([step.rawValue] + cells).joined(separator: " | ") + " |"
    }
    try PrintedTable.compare(([header, rule] + rows).joined(separator: "\n"), with: "STATES.md")
  }
}
