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
  /// Which help it shows, and which part of the menu is where the reader is; empty where neither.
  let screen: String
  let content: any PageValue

  func child(named name: String) -> Any? {
    if let own = content.child(named: name) { return own }
    let wording = frame.wording
    switch name {
    case "title": return title
    case "theme": return frame.theme?.rawValue ?? false
    case "path": return frame.path
    case "signedIn": return frame.reader != nil
    case "screen": return screen
    case "screens":
      return frame.reader.map { reader in
        Screen.allCases.filter { $0.isFor(reader) }.map { ScreenLink(screen: $0, isHere: $0.holds(screen), wording: wording) }
      } ?? []
    case "isLive": return frame.reader.map { Permissions.scope(of: .noticeRead, for: $0.role) != nil } ?? false
    case "readerName": return frame.reader?.name ?? ""
    case "readerInitial": return frame.reader.map { PersonChip.initial($0.name) } ?? ""
    case "readerRole": return frame.reader.map { wording.word("role", $0.role.rawValue) } ?? ""
    case "hasHelp": return wording.has("help.\(screen).1")
    case "helpLines": return HelpLine.lines("help.\(screen)", wording)
    case "helpKeys": return HelpLine.lines("keys.\(screen)", wording)
    case "offset": return frame.offsetSeconds
    case "scriptWords": return ScriptWords.all(wording)
    case "hasKeys": return wording.has("keys.\(screen).1")
    default:
      // The template would print nothing. Every page is rendered in a test, so a misspelt name ends there.
      assertionFailure("no page value is named \(name)")
      return nil
    }
  }
}

/// One entry of the menu.
private struct ScreenLink: PageValue {
  let screen: Screen
  let isHere: Bool
  let wording: Wording

  func child(named: String) -> Any? {
    switch named {
    case "screenAddress": screen.address
    case "screenIcon": screen.icon
    case "screenName": wording.text("nav.\(screen.rawValue)")
    case "isHere": isHere
    default: nil
    }
  }
}

/// A sentence of a screen's help with its clause, or a key with what it does: `help.board.1 = … | INT-6`, `keys.board.1 = J K | …`.
struct HelpLine: PageValue {
  let first, second: String

  static func lines(_ group: String, _ wording: Wording) -> [HelpLine] {
    (1...20).lazy.map { "\(group).\($0)" }.prefix(while: wording.has).map { key in
      let parts = wording.text(key).split(separator: " | ", maxSplits: 1)
      return HelpLine(first: String(parts.first ?? ""), second: parts.count > 1 ? String(parts[1]) : "")
    }
  }

  func child(named: String) -> Any? {
    switch named {
    case "helpFirst": first
    case "helpSecond": second
    case "helpPresses": first.split(separator: " ").map { Choice(value: String($0), words: String($0)) }
    default: nil
    }
  }
}
