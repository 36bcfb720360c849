public import Domain

/// What keeping accounts refuses.
public enum AccountError: Refusal, Hashable {
  case badName(String)
  case badPassword
  case nameTaken(String)
  case unknownUser(String)
  case unknownToken
  case disabled(String)
  /// Whoever is signed in would lock themselves out.
  case yourself
  case lastAdministrator

  public var code: String {
    switch self {
    case .badName: "account.bad-name"
    case .badPassword: "account.bad-password"
    case .nameTaken: "account.name-taken"
    case .unknownUser: "account.unknown-user"
    case .unknownToken: "account.unknown-token"
    case .disabled: "account.disabled"
    case .yourself: "account.yourself"
    case .lastAdministrator: "account.last-administrator"
    }
  }
  public var message: String {
    switch self {
    case .badName(let name): "“\(name)” cannot be a sign-in name. Use 1 to 64 letters, digits and . _ - @."
    case .badPassword: "A password has 8 to 256 characters. Choose another."
    case .nameTaken(let name): "There is a user \(name) already. Choose another name."
    case .unknownUser(let name): "There is no user \(name). `weibao user list` shows them."
    case .unknownToken: "There is no such token. `weibao token list` shows their ids."
    case .disabled(let name): "The account of \(name) is disabled. Set a new password to open it again."
    case .yourself: "This is your own account. Ask another administrator to lock it."
    case .lastAdministrator: "This is the last administrator: nobody could keep accounts any more. Make another one first."
    }
  }
  public var arguments: [String] {
    switch self {
    case .badName(let name), .nameTaken(let name), .unknownUser(let name), .disabled(let name): [name]
    case .badPassword, .unknownToken, .yourself, .lastAdministrator: []
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .badName, .badPassword: .invalid
    case .nameTaken, .disabled, .yourself, .lastAdministrator: .conflict
    case .unknownUser, .unknownToken: .missing
    }
  }
}
