import Domain
import Operations

/// One work order with its times and what its engineer may do next.
struct OrderPart: PageValue {
  let order: WorkOrderView
  let wording: Wording
  let forms: [StepForm]

  init(_ order: WorkOrderView, page: RequestPage, _ wording: Wording) {
    (self.order, self.wording) = (order, wording)
    // The case's own buttons act on its only open work order; here are those it cannot mean.
    let isOnly = page.view.workOrders.filter(\.state.isOpen).count == 1
    forms = WorkOrderStep.allCases.compactMap { step in
      let refused = page.refused.flatMap { $0.step == step.rawValue && $0.workOrder == order.id ? $0 : nil }
      let offered = order.steps.contains(step.rawValue) && (step == .record || !isOnly || !order.state.isOpen)
      guard offered || refused != nil else { return nil }
      return StepForm(
        step.rawValue, shape: step.shape, action: "/work-orders/\(order.number)/\(step.rawValue)", refused: refused,
        key: "\(page.formKey)-\(order.number)-\(step.rawValue)", wording)
    }
  }

  func child(named: String) -> Any? {
    switch named {
    case "orderNumber": order.number
    case "orderState": wording.word("order", order.state.rawValue)
    case "orderOpen": order.state.isOpen
    case "person": order.engineer.name
    case "initial": PersonChip.initial(order.engineer.name)
    case "orderPartner": order.partner.map { wording.text("case.partner", $0) } ?? false
    case "times":
      [
        ("dispatched", order.dispatchedAt as Instant?), ("departed", order.departedAt), ("arrived", order.arrivedAt),
        ("left", order.leftAt),
        ("handed-back", order.handedBackAt),
      ].compactMap { name, instant in
        instant.map { Choice(value: wording.moment($0), words: wording.word("order-time", name)) }
      }
    case "orderForms": forms
    default: nil
    }
  }
}
