import Domain
import Operations

/// What every page for people outside knows besides its content: whose it is, whom to call, where it stands.
struct OutsidePage: PageValue {
  let content: any PageValue
  let wording: Wording
  let company: String
  let hotline: String?
  /// The address of the link itself, without a slash at the end.
  let here: String
  /// Told apart so that a second press of a button is not a second step.
  var key = ""
  /// What was refused, in plain words.
  var problem = ""
  /// Read anew every so often: the case's own page.
  var poll = ""

  func child(named name: String) -> Any? {
    if let own = content.child(named: name) { return own }
    return switch name {
    case "company": company
    case "hotline": hotline ?? false
    case "tel": hotline.map { "tel:\($0.filter { $0.isNumber || $0 == "+" })" } ?? ""
    case "hotlineWords": hotline.map { wording.text("hospital.or-call", $0) } ?? ""
    case "hotlineCall": hotline.map { wording.text("hospital.hotline", $0) } ?? ""
    case "here": here
    case "key": key
    case "problem": problem.isEmpty ? false : problem
    case "poll": poll.isEmpty ? false : poll
    default: nil
    }
  }
}

/// A link that opens nothing, or something that went wrong: what to do, and nothing that frightens.
struct CalmPage: PageValue {
  let title, words: String
  /// Where to try again.
  var retry = ""

  func child(named: String) -> Any? {
    switch named {
    case "calmTitle": title
    case "calmWords": words
    case "retry": retry.isEmpty ? false : retry
    default: nil
    }
  }
}

/// Writing to the office, with photos.
struct MessagePage: PageValue {
  let number, action: String
  var text = ""

  func child(named: String) -> Any? {
    switch named {
    case "number": number
    case "action": action
    case "text": text
    default: nil
    }
  }
}
