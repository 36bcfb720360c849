import Domain
import Operations

/// What every page knows besides its content: who reads it, in what language, at what time of the company.
struct Frame: Sendable {
  enum Theme: String, Sendable { case light, dark }

  var language: Language
  var now: Instant
  var offsetSeconds = 8 * 3_600
  /// Nil where nobody is signed in.
  var reader: Actor?
  /// The address shown, for coming back after a change of language.
  var path = "/"
  /// Nil leaves it to the browser.
  var theme: Theme?

  var wording: Wording { Wording(language, now: now, offsetSeconds: offsetSeconds) }
}

/// The outermost value of a template: the frame around a page's own value.
struct FramedPage: PageValue {
  let frame: Frame
  let title: String
  /// Which part of the menu is shown: `cases`, `notices`.
  let section: String
  let content: any PageValue

  func child(named name: String) -> Any? {
    if let own = content.child(named: name) { return own }
    switch name {
    case "title": return title
    case "theme": return frame.theme?.rawValue ?? false
    case "path": return frame.path
    case "signedIn": return frame.reader != nil
    case "inCases": return section == "cases"
    case "inNotices": return section == "notices"
    case "mayNotices": return frame.reader.map { Permissions.scope(of: .noticeRead, for: $0.role) != nil } ?? false
    case "readerName": return frame.reader?.name ?? ""
    case "readerInitial": return frame.reader.map { PersonChip.initial($0.name) } ?? ""
    case "readerRole": return frame.reader.map { frame.wording.word("role", $0.role.rawValue) } ?? ""
    default:
      // The template would print nothing. Every page is rendered in a test, so a misspelt name ends there.
      assertionFailure("no page value is named \(name)")
      return nil
    }
  }
}
