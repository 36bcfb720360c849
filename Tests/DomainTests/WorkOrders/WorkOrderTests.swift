import Domain
import Testing

@Suite struct WorkOrderTests {
  @Test(arguments: [
    (WorkOrderState.dispatched, [WorkOrderStep.depart, .arrive, .handBack]),
    (.departed, [.arrive, .handBack]),
    (.arrived, [.leave, .handBack, .record]),
    (.left, [.record]),
    (.handedBack, []),
  ])
  func `a trip goes forward only (FLT-4)`(_ state: WorkOrderState, _ steps: [WorkOrderStep]) {
    #expect(WorkOrderStep.allCases.filter { WorkOrder.allows($0, in: state) } == steps)
  }

  @Test func `it is open from dispatched to left or handed back`() {
    #expect(WorkOrderState.allCases.filter(\.isOpen) == [.dispatched, .departed, .arrived])
  }

  @Test func `work and readings are kept in the order they came (FLT-4)`() {
    var order = WorkOrder()
    let id = WorkOrderID("w1")
    order.apply(.dispatched(.to(.wang)), at: Story.at("09:00"))
    order.apply(.arrived(.init(workOrder: id)), at: Story.at("10:00"))
    for work in ["a", "b"] {
      order.apply(.workRecorded(.init(workOrder: id, work: work, parts: nil, readings: nil)), at: Story.at("11:00"))
    }
    order.apply(.left(.init(workOrder: id)), at: Story.at("12:00"))
    #expect(order.work.map(\.work) == ["a", "b"])
    #expect(order.lastAt == Story.at("12:00"))
    #expect(order.steps == [.record])
  }

  @Test func `a cancelled case sends nobody on the way, but lets them leave`() {
    #expect(WorkOrder.steps(in: .dispatched, of: .cancelled) == [.handBack])
    #expect(WorkOrder.steps(in: .arrived, of: .merged) == [.leave, .handBack, .record])
    #expect(WorkOrder.steps(in: .dispatched, of: .working) == [.depart, .arrive, .handBack])
  }
}
