public import Domain
public import Persistence

/// Who asks. Made by sign-in or token; `system` by jobs and the command line.
public struct Actor: Sendable, Hashable {
  public enum Identity: Sendable, Hashable {
    case staff(StaffID)
    case link(String)
    /// Whoever sent what came in; the id is that of its entry.
    case message(String)
    case system
  }

  public let identity: Identity
  public let name: String
  public let role: Role
  public let branch: BranchID?
  /// Whose user it is, for the role `hospital`.
  public let customer: CustomerID?
  /// Which firm's user it is, for the role `partner`.
  public let partner: String?
  public let device: String?
  /// Where the call comes from; nil for jobs and the command line.
  public var address: String?

  public init(
    identity: Identity, name: String, role: Role, branch: BranchID? = nil, customer: CustomerID? = nil, partner: String? = nil,
    device: String? = nil, address: String? = nil
  ) {
    (self.identity, self.name, self.role, self.branch) = (identity, name, role, branch)
    (self.customer, self.partner, self.device, self.address) = (customer, partner, device, address)
  }

  /// Jobs and the command line, which runs with the rights of whoever may read the files.
  public static let system = Actor(identity: .system, name: "system", role: .administrator)

  public var staff: StaffID? {
    if case .staff(let id) = identity { id } else { nil }
  }

  /// Has no account and no role's rights: holds a link, or sent a message.
  public var isStranger: Bool {
    switch identity {
    case .link, .message: true
    case .staff, .system: false
    }
  }

  public var author: Author {
    switch identity {
    case .staff(let id): Author(actor: "staff:\(id)", device: device)
    case .link(let id): Author(actor: "link:\(id)", device: device)
    case .message(let id): Author(actor: "message:\(id)", device: device)
    case .system: Author(actor: "system", device: device)
    }
  }
}
