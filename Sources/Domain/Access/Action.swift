/// What can be done, one name each: checked in Operations, printed by `weibao user permissions`.
public enum Action: String, CaseIterable, Sendable, Hashable {
  case requestRead = "request.read"
  case requestReport = "request.report"
  /// Take, respond, try, change, comment: the desk's and the engineer's daily steps.
  case requestWork = "request.work"
  case requestDispatch = "request.dispatch"
  /// Agree, acknowledge, confirm, reject, end a remote session: the customer's word, or its record by staff.
  case requestCustomerWord = "request.customer-word"
  case requestClose = "request.close"
  case requestCancel = "request.cancel"
  case requestMerge = "request.merge"
  case requestSignOff = "request.sign-off"
  case requestReopen = "request.reopen"
  case requestComment = "request.comment"
  /// Upload files and attach them to a case.
  case requestAttach = "request.attach"
  /// Erase what was attached, with a reason.
  case attachmentErase = "attachment.erase"
  case requestJournal = "request.journal"
  case workOrderRead = "work-order.read"
  case workOrderStep = "work-order.step"
  case registerRead = "register.read"
  /// Customers, sites, departments, contacts, machines.
  case registerWrite = "register.write"
  /// Two records of one hospital or machine become one, and the undoing.
  case registerMerge = "register.merge"
  /// Branches and staff.
  case staffWrite = "staff.write"
  /// Make and revoke links to one case, for its customer.
  case linkCase = "link.case"
  /// Make, print, replace and revoke labels of machines.
  case linkLabel = "link.label"
  /// Make and revoke the codes of badges.
  case linkBadge = "link.badge"
  /// Make and revoke the links of screens on a wall.
  case linkWall = "link.wall"
  /// Record service policies and say from when they hold.
  case policyWrite = "policy.write"
  /// See who is on duty.
  case rosterRead = "roster.read"
  /// Plan who is on duty.
  case rosterWrite = "roster.write"
  /// On-time rates (REP-1): how often the company, a branch, a colleague kept what was promised.
  case insightRead = "insight.read"
  case noticeRead = "notice.read"
  /// See what was sent to whom and what could not be; send it again, or give it up.
  case outboxManage = "outbox.manage"
  /// Look at what came in, take what was held or set aside, dismiss it.
  case inboundHandle = "inbound.handle"
  case changesRead = "changes.read"
  case export = "export"
  case accountManage = "account.manage"
}

/// How far a right reaches.
public enum Scope: String, Sendable, Hashable, Comparable {
  /// Only where they take part: an engineer's or partner's work orders and the cases of these; a manager's own branch.
  case involved
  /// The cases and machines of their own hospital.
  case customer
  /// Everything.
  case all

  public static func < (a: Scope, b: Scope) -> Bool { a.rank < b.rank }
  private var rank: Int {
    switch self {
    case .involved: 0
    case .customer: 1
    case .all: 2
    }
  }
}

/// Role x action x scope, in one readable table. What is not here is refused.
public enum Permissions {
  /// How far `role` may do `action`; nil when not at all.
  public static func scope(of action: Action, for role: Role) -> Scope? {
    if role == .administrator { return .all }
    return table[action]?[role]
  }

  private static let everyoneInside = Role.allCases.filter { !$0.isOutside && $0 != .administrator }
  private static let desk: [Role] = [.callTaker, .dispatcher, .branchManager, .serviceManager, .customerService, .generalManager]

  private static let table: [Action: [Role: Scope]] = [
    .requestRead: grant(everyoneInside, .all) + [.partner: .involved, .hospital: .customer],
    .requestReport: grant(everyoneInside, .all) + [.hospital: .customer],
    .requestWork: grant(desk + [.engineer, .quality, .storekeeper], .all) + [.partner: .involved],
    .requestDispatch: grant([.callTaker, .dispatcher, .branchManager, .serviceManager, .generalManager], .all),
    .requestCustomerWord: grant(desk + [.engineer], .all) + [.partner: .involved, .hospital: .customer],
    .requestClose: grant(desk + [.quality], .all),
    .requestCancel: grant(desk, .all),
    .requestMerge: grant(desk, .all),
    .requestSignOff: grant([.branchManager, .serviceManager, .generalManager], .all),
    .requestReopen: grant(desk + [.quality], .all) + [.hospital: .customer],
    .requestComment: grant(everyoneInside, .all) + [.partner: .involved, .hospital: .customer],
    .requestAttach: grant(everyoneInside, .all) + [.partner: .involved, .hospital: .customer],
    .attachmentErase: grant([.branchManager, .serviceManager, .generalManager], .all),
    .requestJournal: grant(everyoneInside, .all) + [.partner: .involved],
    .workOrderRead: grant(everyoneInside, .all) + [.partner: .involved, .hospital: .customer],
    .workOrderStep: grant([.dispatcher, .branchManager, .serviceManager, .generalManager], .all) + [
      .engineer: .involved, .partner: .involved,
    ],
    .registerRead: grant(everyoneInside, .all) + [.hospital: .customer],
    .registerWrite: grant(desk + [.engineer, .storekeeper, .quality, .projectManager], .all),
    // The desk sees duplicates first; that hospitals' users then read both histories is for those who answer for the branch.
    .registerMerge: grant([.branchManager, .serviceManager, .generalManager], .all),
    .staffWrite: grant([.branchManager, .serviceManager, .generalManager], .all),
    // Whoever may write down the customer's word may ask for it; nobody gains a right by a link of their own.
    .linkCase: grant(desk + [.engineer], .all) + [.partner: .involved],
    .linkLabel: grant(desk + [.engineer, .storekeeper, .quality, .projectManager], .all),
    .linkBadge: grant([.branchManager, .serviceManager, .generalManager], .all),
    .linkWall: grant([.branchManager, .serviceManager, .generalManager], .all),
    .policyWrite: grant([.serviceManager, .generalManager], .all),
    .rosterRead: grant(everyoneInside, .all),
    .rosterWrite: grant([.dispatcher, .branchManager, .serviceManager, .generalManager], .all),
    // A branch's manager sees the own branch.
    .insightRead: grant([.serviceManager, .quality, .customerService, .generalManager], .all) + [.branchManager: .involved],
    .noticeRead: grant(everyoneInside, .all),
    .outboxManage: grant([.branchManager, .serviceManager, .generalManager], .all),
    .inboundHandle: grant(desk, .all),
    .changesRead: grant([.serviceManager, .generalManager], .all),
    .export: grant([.serviceManager, .generalManager, .quality], .all),
    .accountManage: [:],
  ]

  private static func grant(_ roles: [Role], _ scope: Scope) -> [Role: Scope] {
    Dictionary(roles.map { ($0, scope) }) { first, _ in first }
  }
}

private func + (a: [Role: Scope], b: [Role: Scope]) -> [Role: Scope] { a.merging(b) { $1 } }
