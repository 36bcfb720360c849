public import Domain

/// What the desk found, in the groups it is shown in.
public struct DeskFound: Sendable {
  public struct Machine: Sendable, Hashable {
    public let id, serialNumber, model: String
    public let customerID, customer: String?
    /// Department, then site: where somebody would go.
    public let place: String
    public let siteID, departmentID: String?
    /// The last day of warranty (WAR-1); nil while the day it starts from is unknown.
    public let warrantyEnds: CivilDate?
    public let installedOn, acceptedOn: CivilDate?
    public let state: EquipmentState
    /// Key equipment, 要点设备 (SLA-9).
    public let isKey: Bool
    /// As a policy names it (SLA-9).
    var contract: String?
    public let openCases: Int
    public let archived: Bool
  }

  public struct Customer: Sendable, Hashable {
    public let id, name: String
    public let address: String?
    public let machines: Int
    public let archived: Bool
  }

  public struct Contact: Sendable, Hashable {
    public let id, name, phone: String
    public let function: ContactFunction
    public let customerID, customer, department: String?
    public let siteID, departmentID: String?
  }

  public struct Case: Sendable, Hashable {
    public let id, number, summary: String
    public let customerID, customer, equipmentID, model: String?
    public let state: RequestState
    public let reportedAt: Instant
    public let isHarm: Bool
  }

  public var machines: [Machine] = []
  public var customers: [Customer] = []
  public var contacts: [Contact] = []
  public var open: [Case] = []
  /// Cases that are over and sound like it, by what helped.
  public var solved: [SolvedCases.Way] = []
  /// There was more than is shown.
  public var more = false
  /// Who has the number that was looked for, where that is exactly one.
  public var caller: Contact?
  /// It was a device's code or a label of ours, and no words.
  public var isScanned = false

  public init() {}

  public var isEmpty: Bool { machines.isEmpty && customers.isEmpty && contacts.isEmpty && open.isEmpty && solved.isEmpty }
}

extension DeskFound.Case {
  public init(_ view: RequestView) {
    self.init(
      id: view.id, number: view.number, summary: view.summary, customerID: view.customer?.id, customer: view.customer?.name,
      equipmentID: view.equipment?.id, model: view.equipment?.model, state: view.state, reportedAt: view.reportedAt,
      isHarm: view.harm != .none)
  }
}
