import Domain
import Operations

/// Where one writes: a remark for colleagues or a message to the hospital, two forms of their own, so that nothing typed for the one
/// is ever sent to the other. Somebody of the hospital has one form, to the company.
struct Composer: PageValue {
  let number, key, contact: String
  let isInside: Bool
  let wording: Wording
  /// A text that was refused, and why; of the form it was typed in.
  let typed, problem: String
  let isToThem: Bool

  init(_ page: RequestPage) {
    (number, key, wording) = (page.view.number, page.formKey, page.frame.wording)
    contact = page.view.contact.name ?? ""
    isInside = page.frame.reader?.role != .hospital
    let refused = page.refused.flatMap { $0.step == RequestStep.comment.rawValue ? $0 : nil }
    typed = refused?.values["text"] ?? ""
    problem = refused.map { $0.fields["text"] ?? $0.message } ?? ""
    isToThem = !isInside || refused?.values["audience"] == Audience.customer.rawValue
  }

  func child(named: String) -> Any? {
    switch named {
    case "writeAction": "/requests/\(number)/comment"
    case "noteKey": "\(key)-comment"
    case "messageKey": "\(key)-message"
    case "isInside": isInside
    case "isToThem": isToThem
    case "toThem": wording.text("case.write-them", contact)
    case "noteText": isToThem ? "" : typed
    case "messageText": isToThem ? typed : ""
    case "noteProblem": isToThem || problem.isEmpty ? false : problem
    case "messageProblem": isToThem && !problem.isEmpty ? problem : false
    default: nil
    }
  }
}
