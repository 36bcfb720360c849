import Domain
import Testing

@Suite struct TripPlanTests {
  @Test func `from the office to the hospital's signature, in the handbook's order (FLT-2..4)`() {
    #expect(
      TripPlan(.dispatched, of: .working).steps == [.depart, .arrive, .locate, .propose, .agree, .clear, .confirm, .leave])
    #expect(TripPlan(.departed, of: .working, isLocated: true).steps.first == .arrive)
    #expect(TripPlan(.arrived, of: .working, isLocated: true, isProposed: true).steps == [.agree, .clear, .confirm, .leave])
  }

  @Test func `what the hospital agreed to is not proposed again (FLT-3)`() {
    let plan = TripPlan(.arrived, of: .working, isLocated: true, isProposed: true, isAgreed: true)
    #expect(plan.steps == [.clear, .confirm, .leave])
  }

  @Test func `who waited goes on before anything else is done there`() {
    #expect(TripPlan(.arrived, of: .working, isPaused: true).steps.prefix(2) == [.resume, .locate])
    #expect(TripPlan(.departed, of: .working, isPaused: true).steps.prefix(2) == [.arrive, .resume])
  }

  @Test func `a job that was called off still gets its end`() {
    for state in [RequestState.cancelled, .merged, .closed] {
      #expect(TripPlan(.departed, of: state).steps == [.handBack])
      #expect(TripPlan(.arrived, of: state).steps == [.leave])
      #expect(TripPlan(.left, of: state).steps == [])
    }
  }

  /// Every plan must be possible: each of its steps is allowed in the state that the steps before it lead to.
  @Test func `along the plan no step is refused`() throws {
    var history = RequestHistory([])
    let order = WorkOrderID("w"), start = Instant(milliseconds: 1_795_395_600_000)
    let told = RequestEvent.Reported(
      number: "SR-1", kind: .support, urgency: .normal, channel: .hotline, summary: "x", description: nil, contact: .init(name: "n"),
      customer: nil, site: nil, equipment: nil, branch: nil, harm: .none, policy: "p", attributes: [:])
    try history.insert([.reported(told), .accepted(.init(owner: nil))], at: start)
    _ = try history.take(
      .dispatch(
        .init(workOrder: order, number: "WO-1", request: RequestID("r"), requestNumber: "SR-1", engineer: StaffID("s"), partner: nil)),
      at: start)
    let word = RequestEvent.Word(contact: .init(name: "n"), how: .phone)
    func state() -> WorkOrderState { history.request.workOrders[order]!.state }
    var taken: [RequestStep] = []
    while let step = TripPlan(state(), of: history.request).steps.first {
      let command: RequestCommand =
        switch step {
        case .depart: .depart(nil)
        case .arrive: .arrive(nil)
        case .locate: .locate(.init(cause: .hardware))
        case .propose: .propose("换板")
        case .agree: .agree(word)
        case .clear: .clear(.init(cause: .hardware, remedy: "换板"))
        case .confirm: .confirm(.init(contact: .init(name: "n"), how: .phone, signature: nil))
        default: .leave(nil)
        }
      let ahead = TripPlan(state(), of: history.request).steps
      _ = try history.take(command, at: start + Int64(taken.count + 1))
      taken.append(step)
      #expect(TripPlan(state(), of: history.request).steps == Array(ahead.dropFirst()))
    }
    #expect(taken == [.depart, .arrive, .locate, .propose, .agree, .clear, .confirm, .leave])
  }
}
