import Domain
import Persistence

/// Makes a case of a message, or lets it join one; in the transaction that also writes its row.
struct InboundCase {
  struct Made {
    var id, number: String
    var isNew: Bool
    var changes: [Watchers.Change]
  }

  let company: Company
  let words: InboundWords
  let message: ArrivedMessage
  /// Of the row.
  let id: String
  let now: Instant
  let db: any SQLWriter

  /// Whoever sent it, known by the row. The role is the narrowest there is, and ``Actor/require(_:)`` lets it pass nowhere.
  static func sender(_ id: String) -> Actor { Actor(identity: .message(id), name: "", role: .hospital) }
  private var actor: Actor { Self.sender(id) }

  /// Letters of a remark and of a description; what is longer is cut here and whole in a file.
  static let remark = 4_000, description = 10_000

  func make(_ plan: InboundPlan, files: [UploadedFile], refused: [String]) throws -> Made {
    var made: Made
    switch plan {
    case .join(let id): made = try join(id, refused: refused)
    case .new(let note): made = try report(note, refused: refused)
    case .held, .setAside: throw InboundRefusal.decided
    }
    for file in files { made.changes += try attach(file, to: made.id) }
    return made
  }

  // MARK: A new case

  private func report(_ note: InboundNote?, refused: [String]) throws -> Made {
    var values: [String: FieldValue] = [
      "kind": .text(RequestKind.support.rawValue), "channel": .text((message.isMail ? Channel.email : .message).rawValue),
      "summary": .text(summary),
    ]
    var notes: [String] = []
    switch note {
    case .ended(let number, _): notes.append(words("ended", number))
    case .number(let number): notes.append(words("number-unknown", number))
    case nil: break
    }
    let sender = try sender()
    var contact: [String: FieldValue] = [:]
    contact["name"] = message.senderName.map { .text($0) }
    contact["phone"] = (message.senderPhone ?? sender?.phone).map { .text($0) }
    contact["contact"] = sender.map { .text($0.id) }
    values["customer"] = sender?.customer.map { .text($0) }
    if let number = message.serialNumber {
      do {
        let machine = try RegisterFacts.machine(serialNumber: number, by: actor, in: db)
        values["equipment"] = .text(machine.id.text)
        // The machine says whose it is; a contact of another customer wrote about it, and is named as they called themselves.
        if let owner = machine.customer, try !Family.isSame(owner.text, sender?.customer, .customers, in: db) {
          values["customer"] = nil
          contact["contact"] = nil
        }
      } catch is InputRefusal {
        notes.append(words("no-machine", number))
      }
    }
    values["contact"] = .object(Fields(contact))
    let description = text(notes + refused, max: Self.description)
    if !description.isEmpty, description != summary { values["description"] = .text(description) }
    var changes: [Watchers.Change] = []
    let view = try RequestOperations.record(
      Fields(values), ownCustomer: nil, by: actor, at: now, for: company, &changes, in: db)
    if case .ended(_, let old) = note { changes += try tell(old, of: view.number) }
    return Made(id: view.id, number: view.number, isNew: true, changes: changes)
  }

  private var summary: String {
    let line = message.subject.isEmpty ? message.text.split(separator: "\n").first.map(String.init) ?? "" : message.subject
    let summary = MailText.line(line, max: 200)
    return summary.isEmpty ? words("no-subject") : summary
  }

  private func sender() throws -> InboundSender? {
    if message.isMail { return InboundSender.only(try InboundSender.contacts(email: message.sender, in: db)) }
    guard let phone = message.senderPhone else { return nil }
    return InboundSender.only(try InboundSender.contacts(phone: phone, in: db))
  }

  /// Colleagues who look at the ended case learn that it goes on elsewhere.
  private func tell(_ ended: String, of number: String) throws -> [Watchers.Change] {
    let file = try CaseFile.load(ended, in: db)
    return try comment(words("continued", number), for: .colleagues, on: file, by: .system)
  }

  // MARK: A case there is

  private func join(_ id: String, refused: [String]) throws -> Made {
    let file = try CaseFile.load(id, in: db), number = file.request.reported?.number ?? ""
    var said = text([], max: Self.remark)
    if said.isEmpty { said = message.subject.isEmpty ? words("no-text") : message.subject }
    var changes = try comment(said, for: .customer, on: file, by: actor)
    if !refused.isEmpty {
      changes += try comment(
        MailText.cut(refused.joined(separator: "\n"), max: Self.remark), for: .customer, on: CaseFile.load(id, in: db), by: .system)
    }
    return Made(id: id, number: number, isNew: false, changes: changes)
  }

  private func comment(_ text: String, for audience: Audience, on loaded: CaseFile, by actor: Actor) throws -> [Watchers.Change] {
    var file = loaded
    let maker = CommandMaker(company: company, actor: actor, now: now, db: db)
    let time = try maker.time(of: Fields(), in: file.history)
    let events = try file.history.take(.comment(.init(text: text, audience: audience)), at: time.occurred)
    return try file.write(events, at: time.occurred, by: actor, recorded: now, policies: company.policies, in: db)
  }

  /// Notes of ours first, then what was written.
  private func text(_ notes: [String], max: Int) -> String {
    let head = notes.map { "【\($0)】\n" }.joined()
    let room = max - head.unicodeScalars.count
    guard message.text.unicodeScalars.count > room else { return (head + message.text).trimmedLines }
    let cut = "\n【\(words("cut"))】"
    return head + MailText.cut(message.text, max: Swift.max(room - cut.unicodeScalars.count, 1)) + cut
  }

  private func attach(_ uploaded: UploadedFile, to id: String) throws -> [Watchers.Change] {
    var file = try CaseFile.load(id, in: db)
    let maker = CommandMaker(company: company, actor: actor, now: now, db: db)
    let time = try maker.time(of: Fields(), in: file.history)
    return try AttachmentOperations.put(uploaded, Fields(), paper: nil, on: &file, at: time, maker).changes
  }
}

extension String {
  fileprivate var trimmedLines: String {
    var text = self
    while text.hasSuffix("\n") { text.removeLast() }
    return text
  }
}
