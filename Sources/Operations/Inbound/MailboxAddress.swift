import Foundation

/// A mailbox that is read: `imaps://user:password@mail.example.com/INBOX`. What is special in an address is written `%XX`.
public struct MailboxAddress: Sendable, Hashable, CustomStringConvertible {
  let host, user, password, folder: String
  let port: Int
  /// TLS from the first byte; else the connection turns to TLS before the password is sent.
  let isEncrypted: Bool

  /// - Returns: nil where it is no such address.
  public init?(_ text: String) {
    guard let parts = URLComponents(string: text), let scheme = parts.scheme, ["imap", "imaps"].contains(scheme),
      let host = parts.host, !host.isEmpty, let user = parts.user, !user.isEmpty, let password = parts.password, parts.query == nil,
      parts.fragment == nil
    else { return nil }
    let folder = String(parts.path.drop { $0 == "/" })
    guard (user + password + folder).utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), folder.utf8.allSatisfy({ $0 < 0x7F }) else {
      return nil
    }
    (self.host, self.user, self.password) = (host, user, password)
    (self.folder, isEncrypted) = (folder.isEmpty ? "INBOX" : folder, scheme == "imaps")
    port = parts.port ?? (scheme == "imaps" ? 993 : 143)
  }

  /// On this very machine nobody listens in between.
  var isLocal: Bool { ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host) }

  /// The user's name, where it is an address.
  public var ownAddress: String? { user.contains("@") ? user.lowercased() : nil }

  /// Without the password.
  public var description: String { "\(isEncrypted ? "imaps" : "imap")://\(user)@\(host):\(port)/\(folder)" }
}

/// What went wrong with a mailbox, for the log.
struct MailboxError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
