import Domain
import Persistence

/// Whom to forget, and where values of this person lie.
struct ForgetSearch: Sendable {
  /// nil for a caller who is in no register.
  let contact: String?
  /// Values of the contact's record that are still there, earlier ones included.
  let names, phones, emails: Set<String>

  /// - Parameter reference: a contact's id, or a phone number as recorded.
  /// - Throws: ``ForgetRefusal``.
  init(_ reference: String, in db: any SQLReader) throws {
    var contact: String? = reference
    let isSender = try db.first("SELECT 1 FROM inbound WHERE sender = ? LIMIT 1", [.text(reference.lowercased())]) { _ in true } ?? false
    if isSender {
      // Who wrote by mail or message; a contact where one has this address.
      let known = InboundSender.only(try InboundSender.contacts(email: reference.lowercased(), in: db))
      contact = known?.id
    } else if try Journal.head(of: "contact/\(reference)", in: db) == nil {
      let sql = """
        SELECT DISTINCT subject FROM personal WHERE field = 'phone' AND field <> 'signature' AND value = ?
        AND (subject LIKE 'contact/%' OR subject LIKE 'request/%') ORDER BY subject
        """
      let subjects = try db.rows(sql, [.text(reference)]) { $0.text(0) }
      let contacts = subjects.filter { $0.hasPrefix("contact/") }.map { String($0.dropFirst("contact/".count)) }
      guard !subjects.isEmpty else { throw ForgetRefusal.unknown }
      guard contacts.count <= 1 else { throw ForgetRefusal.several(contacts) }
      contact = contacts.first
    }
    var values: [String: Set<String>] = [:]
    if let contact {
      let sql = "SELECT field, value FROM personal WHERE subject = ? AND value IS NOT NULL"
      try db.forEach(sql, [.text("contact/\(contact)")]) { row in
        values[row.text(0), default: []].insert(row.text(1))
        return true
      }
    } else {
      values[isSender ? "email" : "phone"] = [reference]
    }
    self.contact = contact
    (names, phones, emails) = (values["name"] ?? [], values["phone"] ?? [], values["email"] ?? [])
  }

  /// Their addresses, as what came in has them.
  var senders: Set<String> { Set(emails.map { $0.lowercased() }) }

  /// Texts that are looked for word for word. What is shorter says nothing.
  var texts: [String] { (phones.union(emails)).filter { $0.utf8.count >= 5 }.sorted() }

  /// `column LIKE` any of these texts.
  static func containing(_ texts: [String], _ column: String) -> (condition: String, arguments: [SQLValue]) {
    let condition = texts.map { _ in "\(column) LIKE ? ESCAPE '!'" }.joined(separator: " OR ")
    return ("(\(condition))", texts.map { .text("%" + $0.reduce(into: "") { $0 += "!%_".contains($1) ? "!\($1)" : "\($1)" } + "%") })
  }

  /// Cases that name the contact or hold a value of theirs, and events whose text does; a bounded part of the journal a call.
  ///
  /// - Returns: the position to go on from; nil at the end.
  func read(after position: Int64, limit: Int64, into found: inout Found, in db: any SQLReader) throws -> Int64? {
    guard let newest = try db.first("SELECT MAX(sequence) FROM journal", [], { $0.optionalInteger(0) }) ?? nil, position < newest else {
      return nil
    }
    let end = min(position + limit, newest)
    let (condition, arguments) = Self.containing(texts + [contact].compactMap(\.self), "body")
    let sql = "SELECT stream, version, kind, body FROM journal WHERE sequence > ? AND sequence <= ? AND \(condition) ORDER BY sequence"
    try db.forEach(sql, [.integer(position), .integer(end)] + arguments) { row in
      let stream = row.text(0), body = row.text(3)
      if stream.hasPrefix("request/"), contact.map({ body.contains($0) }) ?? false { found.cases.insert(stream) }
      if texts.contains(where: { body.contains($0) }) {
        found.add(.init(stream: stream, version: row.int(1), event: row.text(2), number: nil))
      }
      return true
    }
    return end < newest ? end : nil
  }

  struct Found: Sendable {
    var cases: Set<String> = []
    var freeText: [ForgetReport.FreeText] = []

    mutating func add(_ text: ForgetReport.FreeText) {
      guard freeText.count < ForgetReport.freeTextLimit, !freeText.contains(text) else { return }
      freeText.append(text)
    }
  }

  /// Cases that hold one of the phone numbers.
  func casesByPhone(in db: any SQLReader) throws -> [String] {
    try phones.sorted().flatMap { phone in
      try db.rows(
        """
        SELECT DISTINCT subject FROM personal
        WHERE field = 'phone' AND field <> 'signature' AND value = ? AND subject LIKE 'request/%'
        """, [.text(phone)]
      ) { $0.text(0) }
    }
  }

  struct InCase: Sendable {
    var hashes: [String] = []
    var signatures: [String] = []
    /// Another contact has the same phone number in this case.
    var isShared = false
    var names: Set<String> = []

    var all: [String] { hashes + signatures }
  }

  /// This person's values in a case: of whoever is this contact; who is no contact and called from one of their numbers; and,
  /// in a case they take part in, who has their name and nothing else.
  func values(of stream: String, in db: any SQLReader) throws -> InCase {
    var left: [String: (field: String, value: String)] = [:]
    let sql = "SELECT hash, field, value FROM personal WHERE subject = ? AND value IS NOT NULL"
    try db.forEach(sql, [.text(stream)]) { row in
      left[row.text(0)] = (row.text(1), row.text(2))
      return true
    }
    var found = InCase()
    guard !left.isEmpty else { return found }
    let mentions = try Journal.events(of: stream, in: db).flatMap { Mention.all(in: $0) }
    let written = try InboundForget.names(in: stream, from: senders, in: db)
    found.names = names
    var isTheirs = mentions.map { mention in
      if let known = mention.contact { return known == contact }
      guard let phone = mention.phone.flatMap({ left[$0]?.value }) else {
        // A mail has no phone number; its sender is known by the address, and named as they called themselves.
        return mention.phone == nil && mention.name.flatMap { left[$0]?.value }.map(written.contains) ?? false
      }
      return phones.contains(phone)
    }
    for (mention, isTheirs) in zip(mentions, isTheirs) where isTheirs {
      if let name = mention.name.flatMap({ left[$0]?.value }) { found.names.insert(name) }
    }
    if isTheirs.contains(true) {
      for (place, mention) in mentions.enumerated() where mention.contact == nil && mention.phone == nil {
        if let name = mention.name.flatMap({ left[$0]?.value }), found.names.contains(name) { isTheirs[place] = true }
      }
    }
    for (mention, isTheirs) in zip(mentions, isTheirs) {
      guard isTheirs else {
        if let phone = mention.phone.flatMap({ left[$0]?.value }), phones.contains(phone) { found.isShared = true }
        continue
      }
      found.hashes += [mention.name, mention.phone].compactMap(\.self).filter { left[$0] != nil }
      found.signatures += [mention.signature].compactMap(\.self).filter { left[$0] != nil }
    }
    return found
  }
}

/// One place in a case's event where a person is named.
private struct Mention {
  let contact, name, phone: String?
  /// Beside the person: what they signed with.
  let signature: String?

  static func all(in event: JournalEvent) -> [Mention] {
    guard let body = try? JSONValue(parsing: event.body), let members = body.members else { return [] }
    let signature = body["signature"]?.text
    return members.filter { $0.name == "contact" || $0.name == "consent" }.compactMap { member in
      guard member.value.members != nil else { return nil }
      func text(_ name: String) -> String? { member.value[name]?.text }
      return Mention(contact: text("contact"), name: text("name"), phone: text("phone"), signature: signature)
    }
  }
}
