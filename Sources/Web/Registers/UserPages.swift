import Domain
import Operations

/// Accounts as a list.
struct UsersPage: Sendable {
  var frame: Frame
  var page: Page<UserView>
  var find = ""
  var isFollowing = false

  func values() -> some PageValue { UsersValues(page: self) }
}

struct UsersValues: PageValue {
  let page: UsersPage

  func child(named: String) -> Any? {
    switch named {
    case "registerTabs": RegisterTab.all(here: "users", page.frame)
    case "find": page.find
    case "users": page.page.items.map { UserRow(user: $0, wording: page.frame.wording) }
    case "isEmpty": page.page.items.isEmpty
    case "nextPage": page.page.next.map { "/registers/users?cursor=\(Address.escaped($0))" } ?? false
    case "isFollowing": page.isFollowing
    default: nil
    }
  }
}

private struct UserRow: PageValue {
  let user: UserView
  let wording: Wording

  func child(named: String) -> Any? {
    switch named {
    case "userHref": "/registers/users/\(Address.escaped(user.staff))"
    case "signInName": user.signInName
    case "userName": user.name ?? wording.text("records.forgotten")
    case "userRole": wording.word("role", user.role.rawValue)
    case "userPlace": [user.branch, user.customer, user.partner].compactMap { $0 }.joined(separator: " · ")
    case "isLocked": user.disabled
    default: nil
    }
  }
}

/// One account: what it may, where it is signed in, its tokens.
struct UserPage: Sendable {
  var frame: Frame
  var details: UserDetails
  var done: String?
  /// Shown in this answer only.
  var secret: String?
  var problem: String?

  func values() -> some PageValue { UserValues(page: self) }
}

struct UserValues: PageValue {
  let page: UserPage

  func child(named: String) -> Any? {
    let user = page.details.user, wording = page.frame.wording, address = "/registers/users/\(Address.escaped(page.details.user.staff))"
    let isOwn = page.frame.reader?.staff?.text == user.staff
    switch named {
    case "registerTabs": return RegisterTab.all(here: "users", page.frame)
    case "signInName": return user.signInName
    case "userName": return user.name ?? wording.text("records.forgotten")
    case "userRole": return wording.word("role", user.role.rawValue)
    case "userPlace": return [user.branch, user.customer, user.partner].compactMap { $0 }.joined(separator: " · ")
    case "staffAddress": return RegisterWords.address(.staff, user.staff)
    case "isLocked": return user.disabled
    case "mayLock": return !user.disabled && !isOwn
    case "isOwn": return isOwn
    case "address": return address
    case "version": return page.details.version
    case "roles":
      return Role.allCases.map { Choice(value: $0.rawValue, words: wording.word("role", $0.rawValue), isChosen: $0 == user.role) }
    case "doneWords": return page.done.map { wording.text("users.done.\($0)") } ?? false
    case "secret": return page.secret ?? false
    case "problem": return page.problem ?? false
    case "sessions": return page.details.sessions.map { SessionLine(session: $0, wording: wording) }
    case "hasSessions": return !page.details.sessions.isEmpty
    case "tokens": return page.details.tokens.map { TokenLine(token: $0, wording: wording) }
    case "hasTokens": return !page.details.tokens.isEmpty
    default: return nil
    }
  }

  private struct SessionLine: PageValue {
    let session: UserDetails.Session
    let wording: Wording

    func child(named: String) -> Any? {
      switch named {
      case "sessionFrom": session.address ?? ""
      case "sessionUsed": wording.text("users.used", wording.moment(session.usedAt), wording.moment(session.createdAt))
      default: nil
      }
    }
  }

  private struct TokenLine: PageValue {
    let token: TokenView
    let wording: Wording

    private var isOpen: Bool { token.revokedAt == nil && token.expiresAt > wording.now }

    func child(named: String) -> Any? {
      switch named {
      case "tokenID": token.id
      case "tokenWords":
        token.revokedAt.map { wording.text("users.token-revoked", wording.moment($0)) }
          ?? wording.text(isOpen ? "users.token-until" : "users.token-expired", wording.day(token.expiresAt))
      case "tokenMade": wording.text("users.token-made", wording.moment(token.createdAt))
      case "mayRevoke": isOpen
      default: nil
      }
    }
  }
}

/// A new account: for somebody new, or for somebody in the register of staff.
struct UserFormPage: Sendable {
  var frame: Frame
  var typed: [String: String] = [:]
  var problems: [String: String] = [:]
  var problem: String?
  var staff = "", staffName = ""
  var branches: [NamedThing] = []

  func values() -> some PageValue { UserFormValues(page: self) }
}

struct UserFormValues: PageValue {
  let page: UserFormPage

  func child(named: String) -> Any? {
    let wording = page.frame.wording
    switch named {
    case "registerTabs": return RegisterTab.all(here: "users", page.frame)
    case "staff": return page.staff.isEmpty ? false : page.staff
    case "staffName": return page.staffName
    case "problem": return page.problem ?? false
    case "signInName": return page.typed["signInName"] ?? ""
    case "name": return page.typed["name"] ?? ""
    case "partner": return page.typed["partner"] ?? ""
    case "roleProblem": return page.problems["role"] ?? false
    case "branchProblem": return page.problems["branch"] ?? false
    case "roles":
      return Role.allCases.map {
        Choice(value: $0.rawValue, words: wording.word("role", $0.rawValue), isChosen: $0.rawValue == page.typed["role"])
      }
    case "branches": return page.branches.map { Choice(value: $0.id, words: $0.name, isChosen: $0.id == page.typed["branch"]) }
    // The reference's partial.
    case "inputName": return "customer"
    case "inputID": return "f-customer"
    case "inputValue": return page.typed["customer"] ?? ""
    case "label": return wording.text("col.staff.customer")
    case "inputProblem": return page.problems["customer"] ?? false
    case "required", "isFocused", "referenceWithin", "hasMeant": return false
    case "max": return 200
    case "referenceID": return page.typed["customer.id"] ?? ""
    case "referenceRegister": return Register.customers.rawValue
    case "meant": return [Choice]()
    default: return nil
    }
  }
}
