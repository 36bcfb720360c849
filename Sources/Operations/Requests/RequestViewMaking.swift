public import Domain

extension RequestView {
  /// A view from its values, for screens that are tried without a database.
  public init(
    id: String, number: String, kind: RequestKind = .support, urgency: Urgency = .normal, channel: Channel = .hotline,
    state: RequestState, level: SupportLevel = .phone, pausedFor: String? = nil, summary: String, description: String? = nil,
    harm: Harm = .none, customer: (id: String, name: String)? = nil,
    equipment: (id: String, serialNumber: String, model: String, warrantyEnds: CivilDate?)? = nil, contactName: String? = nil,
    contactPhone: String? = nil, branch: String? = nil, owner: String? = nil, ownerName: String? = nil, policy: String = "2026-11",
    reportedAt: Instant, version: Int = 1, workOrders: [WorkOrderView] = [], targets: [TargetView] = [], steps: [String] = []
  ) {
    self.init(
      id: id, number: number, kind: kind, urgency: urgency, channel: channel, state: state, level: level, pausedFor: pausedFor,
      summary: summary, description: description, harm: harm, customer: customer.map { Named(id: $0.id, name: $0.name) }, site: nil,
      equipment: equipment.map {
        Machine(id: $0.id, serialNumber: $0.serialNumber, model: $0.model, warrantyEnds: $0.warrantyEnds)
      }, contact: Person(id: nil, name: contactName, phone: contactPhone), branch: branch, owner: owner, ownerName: ownerName,
      policy: policy, reportedAt: reportedAt, version: version, workOrders: workOrders, targets: targets, steps: steps, mergedInto: nil)
  }
}
