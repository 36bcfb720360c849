import Domain
import Operations

/// Signing in. What was typed stays, but never the password.
struct SignInPage: Sendable {
  var frame: Frame
  var name = ""
  /// Why it was refused, in the reader's language.
  var problem: String?
  /// Where to go afterwards.
  var next = "/"

  func values() -> some PageValue { SignInValues(page: self) }
}

struct SignInValues: PageValue {
  let page: SignInPage

  func child(named: String) -> Any? {
    switch named {
    case "name": page.name
    case "next": page.next
    case "problem": page.problem ?? false
    case "isNamed": !page.name.isEmpty
    default: nil
    }
  }
}

/// What a desk must know at once (BEY-2).
struct NoticesPage: Sendable {
  var frame: Frame
  var page: Page<NoticeView>
  var isFollowing = false
  /// To whom an escalation may be handed on.
  var colleagues: [NamedThing] = []
  var isDone = false

  func values() -> some PageValue { NoticesValues(page: self) }
}

struct NoticesValues: PageValue {
  let page: NoticesPage

  func child(named: String) -> Any? {
    switch named {
    case "notices":
      let wording = page.frame.wording
      return page.page.items.map { NoticeRow(notice: $0, colleagues: page.colleagues, wording: wording) }
    case "isDone": return page.isDone
    case "isEmpty": return page.page.items.isEmpty
    case "nextPage": return page.page.next.map { "/notices?cursor=\(Address.escaped($0))" } ?? false
    case "isFollowing": return page.isFollowing
    case "maySeeOutbox": return page.frame.reader.map { Permissions.scope(of: .outboxManage, for: $0.role) != nil } ?? false
    default: return nil
    }
  }

  struct NoticeRow: PageValue {
    let notice: NoticeView
    let colleagues: [NamedThing]
    let wording: Wording

    /// A step of the chain that waits for an answer (SLA-8).
    private var isEscalation: Bool { notice.kind == "escalated" || notice.kind == "handed-on" }

    private var words: String {
      guard let name = notice.targetName else { return wording.word("notices", notice.kind) }
      return wording.text("notices.\(notice.kind)", wording.language == .zh ? name.zh : name.en)
    }

    private var seen: Any {
      guard let at = notice.seenAt else { return false }
      let moment = wording.moment(at)
      return notice.seenByName.map { wording.text("notices.seen-by", moment, $0) } ?? wording.text("notices.seen", moment)
    }

    func child(named: String) -> Any? {
      switch named {
      case "noticeWords": words
      case "noticeDue": notice.due.map { wording.text("notices.due", wording.moment($0)) } ?? false
      case "noticeNote": notice.note ?? false
      case "noticeTarget": notice.target ?? ""
      case "noticePlace": notice.place.map(String.init) ?? ""
      case "noticeID": notice.id
      case "answerAction": "/requests/\(Address.escaped(notice.number))/escalations"
      case "isEscalation": isEscalation
      case "colleagues": colleagues.map { Choice(value: $0.id, words: $0.note.isEmpty ? $0.name : "\($0.name) · \($0.note)") }
      case "noticeNumber": notice.number
      case "noticeHref": "/requests/\(Address.escaped(notice.number))"
      case "noticeFor": wording.text("notices.for", wording.word("role", notice.role))
      case "noticeAt": wording.moment(notice.created)
      case "noticeISO": notice.created.description
      case "seenWords": seen
      case "noticeAbout": [notice.customer, notice.summary].compactMap { $0 }.joined(separator: " · ")
      case "isNew": notice.seenAt == nil
      case "noticeAction": "/notices/\(Address.escaped(notice.id))/seen"
      default: nil
      }
    }
  }
}

/// What went wrong, that nothing is lost, what to do.
struct ErrorPage: Sendable {
  var frame: Frame
  var status: Int
  var title: String
  var message: String
  /// Field by field, where it is about fields.
  var details: [String] = []
  /// What the reader tells an operator.
  var requestID: String?
  /// Something was to be stored, and was not.
  var isWrite = false
  /// Where to try again.
  var retry: String?

  func values() -> some PageValue { ErrorValues(page: self) }
}

struct ErrorValues: PageValue {
  let page: ErrorPage

  func child(named: String) -> Any? {
    switch named {
    case "message": page.message
    case "details": page.details.map { Choice(value: "", words: $0) }
    case "hasDetails": !page.details.isEmpty
    case "status": page.status
    case "requestID": page.requestID ?? false
    case "retry": page.retry ?? false
    case "mustSignIn": page.status == 401
    case "isSafe": page.isWrite && page.status != 401
    default: nil
    }
  }
}

/// Parts of addresses.
enum Address {
  private static let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

  /// RFC 3986, everything but unreserved characters as `%XX`.
  static func escaped(_ text: String) -> String {
    guard !text.utf8.allSatisfy(plain.contains) else { return text }
    let digits = Array("0123456789ABCDEF".utf8)
    let bytes = text.utf8.flatMap { plain.contains($0) ? [$0] : [UInt8(ascii: "%"), digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A path of our own to go on to; anything else would send people to a stranger's page.
  static func own(_ text: String?) -> String? {
    guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.hasPrefix("/\\"), text.utf8.count <= 2_000,
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
    else { return nil }
    return text
  }
}
