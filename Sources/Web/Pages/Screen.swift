import Domain
import Operations

/// The screens of the menu: one for each job, seen by whoever has it (ui.md).
enum Screen: String, CaseIterable, Sendable {
  case desk, board, day, cases, inbound, insight, records, notices

  var address: String {
    switch self {
    case .desk: "/desk"
    case .board: "/board"
    case .day: "/my-day"
    case .cases: "/requests"
    case .insight: "/insight/on-time"
    case .inbound: "/inbound"
    case .records: "/registers"
    case .notices: "/notices"
    }
  }

  var icon: String {
    switch self {
    case .desk: "phone"
    case .board: "board"
    case .day: "pin"
    case .cases: "case"
    case .insight: "chart"
    case .inbound: "mail"
    case .records: "machine"
    case .notices: "bell"
    }
  }

  /// Whether a page belongs to it: `case` to cases, `record` and `record-form` to records.
  func holds(_ page: String) -> Bool { page == rawValue || rawValue == "\(page.prefix { $0 != "-" })s" }

  /// Whether it is in the reader's menu. The page itself asks for the right that its route names.
  func isFor(_ actor: Actor) -> Bool {
    func may(_ action: Action) -> Bool { Permissions.scope(of: action, for: actor.role) == .all }
    return switch self {
    case .desk: may(.requestReport) && may(.requestWork) && actor.role != .engineer
    case .board: may(.requestDispatch)
    case .day: actor.role == .engineer || actor.role == .partner
    case .cases: true
    case .insight: Permissions.scope(of: .insightRead, for: actor.role) != nil
    case .inbound: may(.inboundHandle)
    case .records: may(.registerRead)
    case .notices: Permissions.scope(of: .noticeRead, for: actor.role) != nil
    }
  }

  /// Where a person begins.
  static func home(of actor: Actor) -> String {
    switch actor.role {
    case .callTaker: Screen.desk.address
    case .dispatcher: Screen.board.address
    case .engineer, .partner: Screen.day.address
    default: CasesPage.Filters.home(of: actor).address()
    }
  }
}
