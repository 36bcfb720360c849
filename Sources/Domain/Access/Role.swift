/// What a person is here for (ORG-1..5). One role each; the table in `Permissions` says what it may do.
public enum Role: String, Codable, CaseIterable, Sendable, Hashable {
  case callTaker = "call-taker"
  case dispatcher
  case engineer
  case branchManager = "branch-manager"
  case serviceManager = "service-manager"
  case storekeeper
  case quality
  case finance
  case projectManager = "project-manager"
  case trainer
  case customerService = "customer-service"
  case generalManager = "general-manager"
  case administrator
  case partner
  case hospital

  /// Whose word releases what the rules hold back: sign-off, a late record, a close without confirmation.
  public var isManager: Bool {
    switch self {
    case .branchManager, .serviceManager, .generalManager, .administrator: true
    default: false
    }
  }

  /// Not of the company: sees only what is theirs (ORG-3, ORG-5).
  public var isOutside: Bool { self == .partner || self == .hospital }
}
