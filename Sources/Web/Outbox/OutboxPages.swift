import Domain
import HTTPTypes
import Hummingbird
import Operations

extension PageRoutes {
  func outboxPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let query = try PageQuery(request), state = query["state"].flatMap { OutboxRow.State(rawValue: $0) } ?? .dead
    let list = try await services.outbox.list(state, after: query["cursor"], limit: 50, by: actor)
    let page = OutboxPage(
      frame: frame(request, context), state: state, page: list, done: query["done"], isFollowing: query["cursor"] != nil)
    return PageAnswer.html(pages.outbox(page), context.language)
  }

  func resendMessage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await services.outbox.resend(context.parameter("id"), by: actor)
    return PageAnswer.redirect("/outbox?state=waiting&done=resend")
  }

  func giveUpMessage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await services.outbox.giveUp(context.parameter("id"), by: actor)
    return PageAnswer.redirect("/outbox?done=give-up")
  }

  func announcementsPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let query = try PageQuery(request)
    let page = AnnouncementsPage(
      frame: frame(request, context), announcements: try await services.announcements.all(by: actor), isDone: query["done"] == "letters")
    return PageAnswer.html(pages.announcements(page), context.language)
  }

  func announcementList(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let id = try context.parameter("id"), isChinese = context.language == .zh, announcements = services.announcements
    guard try await announcements.all(by: actor).contains(where: { $0.id == id }) else { throw AccessError.notFound("announcement") }
    return PageAnswer.csv(named: "announcement.csv") { writer in
      try await announcements.export(id, chinese: isChinese, by: actor) { try await writer.write(.init(string: $0)) }
    }
  }

  func lettersSent(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await services.announcements.lettersSent(context.parameter("id"), by: actor)
    return PageAnswer.redirect("/announcements?done=letters")
  }
}

extension Pages {
  func outbox(_ page: OutboxPage) -> String {
    render("outbox", page.frame, page.frame.wording.text("outbox.title"), "outbox", page.values())
  }
  func announcements(_ page: AnnouncementsPage) -> String {
    render("announcements", page.frame, page.frame.wording.text("announcements.title"), "announcements", page.values())
  }
}

/// What was to be sent, by its state.
struct OutboxPage: Sendable {
  var frame: Frame
  var state = OutboxRow.State.dead
  var page: Page<OutboxView>
  var done: String?
  var isFollowing = false

  func values() -> some PageValue { OutboxValues(page: self) }
}

struct OutboxValues: PageValue {
  let page: OutboxPage

  func child(named: String) -> Any? {
    let wording = page.frame.wording, address = "/outbox?state=\(page.state.rawValue)"
    switch named {
    case "tabs":
      return [OutboxRow.State.dead, .waiting, .sent, .givenUp].map { state in
        OutboxTab(address: "/outbox?state=\(state.rawValue)", name: wording.text("outbox.\(state.rawValue)"), isHere: state == page.state)
      }
    case "messages": return page.page.items.map { OutboxLine(view: $0, wording: wording) }
    case "isEmpty": return page.page.items.isEmpty
    case "emptyWords": return wording.text("outbox.empty.\(page.state.rawValue)")
    case "doneWords": return page.done.flatMap { wording.has("outbox.done.\($0)") ? wording.text("outbox.done.\($0)") : nil } ?? false
    case "isFollowing": return page.isFollowing
    case "firstPage": return address
    case "nextPage": return page.page.next.map { "\(address)&cursor=\(Address.escaped($0))" } ?? false
    default: return nil
    }
  }
}

private struct OutboxTab: PageValue {
  let address, name: String
  let isHere: Bool

  func child(named: String) -> Any? {
    switch named {
    case "tabAddress": address
    case "tabName": name
    case "isHereTab": isHere
    default: nil
    }
  }
}

private struct OutboxLine: PageValue {
  let view: OutboxView
  let wording: Wording

  private var row: OutboxRow { view.row }

  private var to: String {
    switch row.message.to {
    case .room(let name): name
    case .rooms: wording.text("outbox.rooms")
    case .staff, .contact: view.name ?? wording.text("records.forgotten")
    }
  }

  private var way: String {
    switch row.channel {
    case .room: wording.text("outbox.way.room")
    case .screen, .mail, .sms: wording.text("outbox.way.\(row.channel.text)")
    }
  }

  /// What went wrong, in words, and what the other side said.
  private var problem: String? {
    guard let error = row.error else { return nil }
    let group = error.prefix { $0 != "-" }, number = error.drop { $0 != "-" }.dropFirst()
    let words =
      wording.has("outbox.error.\(error)")
      ? wording.text("outbox.error.\(error)")
      : wording.has("outbox.error.\(group)") ? wording.text("outbox.error.\(group)", String(number)) : error
    return row.errorText.map { $0.isEmpty ? words : wording.text("outbox.said", words, $0) } ?? words
  }

  private var times: String {
    let made = wording.text("outbox.made", wording.moment(row.created))
    return switch row.state {
    case .sent: row.sentAt.map { wording.text("outbox.sent-at", wording.moment($0)) } ?? made
    case .waiting: "\(made) · \(wording.text("outbox.next-try", wording.moment(row.nextTry), String(row.attempts)))"
    case .dead: "\(made) · \(wording.text("outbox.tries", String(row.attempts)))"
    case .givenUp: made
    }
  }

  func child(named: String) -> Any? {
    switch named {
    case "messageWords": wording.word("outbox.kind", row.message.kind.rawValue)
    case "isEmergency": row.message.isEmergency
    case "messageTo": to
    case "messageWay": way
    case "messageProblem": problem ?? false
    case "messageNumber": row.message.number ?? false
    case "messageHref": "/requests/\(Address.escaped(row.message.number ?? ""))"
    case "messageTimes": times
    case "mayResend": row.state == .dead || row.state == .givenUp
    case "mayGiveUp": row.state == .dead || row.state == .waiting
    case "resendAction": "/outbox/\(Address.escaped(row.id))/resend"
    case "giveUpAction": "/outbox/\(Address.escaped(row.id))/give-up"
    default: nil
    }
  }
}

/// New hotline numbers, and who has been told (ORG-6).
struct AnnouncementsPage: Sendable {
  var frame: Frame
  var announcements: [Announcement]
  var isDone = false

  func values() -> some PageValue { AnnouncementsValues(page: self) }
}

struct AnnouncementsValues: PageValue {
  let page: AnnouncementsPage

  func child(named: String) -> Any? {
    switch named {
    case "announcements": page.announcements.map { AnnouncementLine(announcement: $0, wording: page.frame.wording) }
    case "isEmpty": page.announcements.isEmpty
    case "doneWords": page.isDone ? page.frame.wording.text("announcements.done") : false
    default: nil
    }
  }
}

private struct AnnouncementLine: PageValue {
  let announcement: Announcement
  let wording: Wording

  func child(named: String) -> Any? {
    let one = announcement
    return switch named {
    case "announcedWords": wording.text("announcements.number", one.before ?? "—", one.hotline)
    case "announcedWhen": wording.text("announcements.when", wording.moment(one.from), wording.moment(one.created), one.policy)
    case "announcedCounts":
      wording.text(
        "announcements.counts", String(one.customers), String(one.sent), String(one.waiting), String(one.failed), String(one.letters))
    case "isLate": one.from.milliseconds - one.created.milliseconds < AnnouncementOperations.aheadMilliseconds
    case "hasLetters": one.lettersToSend > 0
    case "lettersWords": wording.text("announcements.letters", String(one.lettersToSend))
    case "lettersAction": "/announcements/\(Address.escaped(one.id))/letters"
    case "listHref": "/announcements/\(Address.escaped(one.id))/list"
    default: nil
    }
  }
}
