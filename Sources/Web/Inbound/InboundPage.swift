import Domain
import Operations

/// What came in, by state or sender; what waits for a person has its two answers beside it.
struct InboundPage: Sendable {
  var frame: Frame
  var page: Page<InboundView>
  var state: InboundState?
  var sender = ""
  var waiting: [InboundState: Int] = [:]
  var isFollowing = false
  /// What was just done: a case's number, or empty where it was dismissed.
  var done: String?
  var problem: String?
  var troubles: [MailboxTrouble] = []

  func address(_ state: InboundState?, cursor: String? = nil) -> String {
    var items: [String] = []
    if let state { items.append("state=\(state.rawValue)") }
    if !sender.isEmpty { items.append("sender=\(Address.escaped(sender))") }
    if let cursor { items.append("cursor=\(Address.escaped(cursor))") }
    return items.isEmpty ? "/inbound" : "/inbound?\(items.joined(separator: "&"))"
  }

  func values() -> some PageValue { InboundValues(page: self) }
}

struct InboundValues: PageValue {
  let page: InboundPage

  func child(named: String) -> Any? {
    let wording = page.frame.wording
    switch named {
    case "tabs": return tabs
    case "sender": return page.sender
    case "doneWords":
      return page.done.map { $0.isEmpty ? wording.text("inbound.dismissed") : wording.text("inbound.took", $0) } ?? false
    case "problem": return page.problem ?? false
    case "troubles":
      return page.troubles.map {
        Choice(value: "", words: wording.text("inbound.trouble", $0.box, wording.moment($0.since), $0.error))
      }
    case "isEmpty": return page.page.items.isEmpty
    case "emptyWords":
      if !page.sender.isEmpty { return wording.text("inbound.empty-sender", page.sender) }
      return wording.text(page.state == nil ? "inbound.empty" : "inbound.empty-state")
    case "entries": return page.page.items.map { Entry(entry: $0, wording: wording) }
    case "isFollowing": return page.isFollowing
    case "firstPage": return page.address(page.state)
    case "nextPage": return page.page.next.map { page.address(page.state, cursor: $0) } ?? false
    default: return nil
    }
  }

  private var tabs: [Choice] {
    let wording = page.frame.wording
    return [Choice(value: page.address(nil), words: wording.text("inbound.all"), isChosen: page.state == nil)]
      + [.held, .setAside, .unreadable, .taken, .joined, .dismissed].map { (state: InboundState) in
        let name = wording.word("inbound.state", state.rawValue), count = page.waiting[state] ?? 0
        return Choice(
          value: page.address(state), words: count == 0 ? name : wording.text("inbound.state-count", name, String(count)),
          isChosen: page.state == state)
      }
  }

  private struct Entry: PageValue {
    let entry: InboundView
    let wording: Wording

    private var sender: String {
      guard let address = entry.sender else { return entry.senderName ?? wording.text("inbound.nobody") }
      return entry.senderName.map { "\($0) <\(address)>" } ?? address
    }

    /// What a program sent may lie; these are somebody's.
    private var needsDecision: Bool { entry.state == .held || entry.state == .unreadable }

    func child(named: String) -> Any? {
      switch named {
      case "entrySubject": entry.subject.flatMap { $0.isEmpty ? nil : $0 } ?? wording.text("inbound.untitled")
      case "entryState": wording.word("inbound.state", entry.state.rawValue)
      case "entryTone": needsDecision ? "soon" : entry.requestID != nil ? "met" : ""
      case "senderHref": entry.sender.map { "/inbound?sender=\(Address.escaped($0))" } ?? false
      case "senderWords": sender
      case "entryChannel": entry.channel == "email" ? wording.text("inbound.mail") : entry.channel
      case "entryISO": entry.receivedAt.description
      case "entryAt": wording.moment(entry.receivedAt)
      case "reasonWords": entry.reason.map { wording.word("inbound.reason", $0) } ?? false
      case "caseHref": entry.requestNumber.map { "/requests/\(Address.escaped($0))" } ?? false
      case "caseNumber": entry.requestNumber ?? ""
      case "rawHref": entry.isKept ? "/inbound/\(Address.escaped(entry.id))/raw" : false
      case "needsDecision": needsDecision
      case "isWaiting": entry.state.isWaiting
      case "canTake": entry.isKept && entry.state != .unreadable
      case "takeAction": "/inbound/\(Address.escaped(entry.id))/take"
      case "dismissAction": "/inbound/\(Address.escaped(entry.id))/dismiss"
      default: nil
      }
    }
  }
}
