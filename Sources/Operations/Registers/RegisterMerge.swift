import Domain
import Persistence

/// Two records become one, and two again. Each stream keeps its whole history and gets one event more; nothing is rewritten.
extension RegisterWriter {
  /// - Parameters:
  ///   - reason: why a person says so.
  ///   - cause: the stream whose merge brings this one about.
  /// - Throws: `MergeError`.
  func merge(
    _ id: String, into other: String, reason: String? = nil, cause: String? = nil, expected: Int? = nil, in db: any SQLWriter
  ) throws -> [Watchers.Change] {
    var record = try existing(id, expected: expected, in: db)
    var survivor = try existing(other, expected: nil, in: db)
    try MergeRule.check(side(id, record, in: db), into: side(other, survivor, in: db), along: cause != nil)
    try append(
      RegisterEvent.merged, Self.body([("into", other), ("reason", reason), ("cause", cause)], differs(record, survivor)), to: &record,
      id: id, expecting: record.version, in: db)
    try append(
      RegisterEvent.absorbed, Self.body([("id", id), ("reason", reason), ("cause", cause)]), to: &survivor, id: other,
      expecting: survivor.version, in: db)
    var changes = [change(id, record), change(other, survivor)]
    // Every row names the one in use, so that no reader follows a chain.
    for earlier in try Family.absorbed(by: id, description.register, in: db) {
      changes.append(try redirect(earlier, to: other, because: id, in: db))
    }
    return changes
  }

  /// Undoes the merge of `id`. What was merged into it before goes along.
  ///
  /// - Throws: `MergeError`; ``RegisterError/notUnique(_:)`` where its name or number was given to another since.
  func split(
    _ id: String, reason: String? = nil, cause: String? = nil, expected: Int? = nil, in db: any SQLWriter
  ) throws -> [Watchers.Change] {
    var record = try existing(id, expected: expected, in: db)
    let path = record.merge?.path ?? []
    try MergeRule.checkSplit(path)
    let other = path[0]
    var survivor = try existing(other, expected: nil, in: db)
    try append(
      RegisterEvent.unmerged, Self.body([("reason", reason), ("cause", cause)]), to: &record, id: id, expecting: record.version, in: db)
    try append(
      RegisterEvent.released, Self.body([("id", id), ("reason", reason), ("cause", cause)]), to: &survivor, id: other,
      expecting: survivor.version, in: db)
    var changes = [change(id, record), change(other, survivor)]
    for earlier in try Family.absorbed(by: other, description.register, in: db) {
      let path = try existing(earlier, expected: nil, in: db).merge?.path ?? []
      if path.dropLast().last == id { changes.append(try redirect(earlier, to: id, because: id, in: db)) }
    }
    return changes
  }

  private func redirect(_ id: String, to other: String, because: String, in db: any SQLWriter) throws -> Watchers.Change {
    var record = try existing(id, expected: nil, in: db)
    try append(
      RegisterEvent.redirected, Self.body([("into", other), ("cause", description.stream(because))]), to: &record, id: id,
      expecting: record.version, in: db)
    return change(id, record)
  }

  func side(_ id: String, _ record: RegisterRecord, in db: any SQLReader) throws -> MergeRule.Side {
    MergeRule.Side(
      id: id, archived: record.archived, mergedInto: record.merge?.path.last,
      absorbed: try Family.absorbed(by: id, description.register, in: db).count, model: record.values["model"]?.text,
      creditCode: record.values["uscc"]?.text)
  }

  /// `{"name": ["余干县医院", "余干县人民医院"]}`: what each of the two said of itself; that is what a reader asks for later.
  func differs(_ record: RegisterRecord, _ other: RegisterRecord) -> [JSONValue.Member] {
    description.fields.compactMap { field in
      let (left, right) = (record.values[field.name] ?? .null, other.values[field.name] ?? .null)
      return left == right ? nil : JSONValue.Member(name: field.name, value: .array([left, right]))
    }
  }

  private func change(_ id: String, _ record: RegisterRecord) -> Watchers.Change {
    Watchers.Change(stream: description.stream(id), version: record.version)
  }

  private static func body(_ texts: [(String, String?)], _ differs: [JSONValue.Member]? = nil) -> JSONValue {
    var members = texts.compactMap { name, text in text.map { JSONValue.Member(name: name, value: .text($0)) } }
    if let differs { members.append(.init(name: "differs", value: .object(differs))) }
    return .object(members)
  }

  // MARK: Along with a customer

  /// Takes the record to where its customer has gone. A site or department whose name is there already becomes one with it.
  func follow(_ id: String, in db: any SQLWriter) throws -> [Watchers.Change] {
    var record = try existing(id, expected: nil, in: db)
    guard let customer = record.values["customer"]?.text else { return [] }
    let into = try Family.survivor(of: customer, .customers, in: db)
    // Somebody was faster.
    guard into != customer, description.register == .equipment || record.merge == nil else { return [] }
    var to = ["customer": into]
    for (place, register) in [("site", Register.sites), ("department", .departments)] where description.field(place) != nil {
      guard let id = record.values[place]?.text else { continue }
      let survivor = try Family.survivor(of: id, register, in: db)
      if survivor != id { to[place] = survivor }
    }
    let cause = "customer/\(customer)"
    if let name = record.values["name"]?.text, let twin = try twin(name, at: into, site: to["site"] ?? record.values["site"]?.text, in: db)
    {
      let there = try Family.survivor(of: twin, description.register, in: db)
      if try existing(there, expected: nil, in: db).archived, !record.archived { try restore(id: there, expected: nil, in: db) }
      return try merge(id, into: there, cause: cause, in: db)
    }
    try append(RegisterEvent.moved, Self.step(to.mapValues { .text($0) }, cause), to: &record, id: id, expecting: record.version, in: db)
    return [change(id, record)]
  }

  /// Takes the record back to where it came from, now that its customer is no longer one with where it stands.
  func goBack(_ id: String, in db: any SQLWriter) throws -> [Watchers.Change] {
    var record = try existing(id, expected: nil, in: db)
    guard let home = record.home, let customer = home["customer"]?.text,
      try !Family.isSame(customer, record.values["customer"]?.text, .customers, in: db)
    else { return [] }
    let site = (home["site"] ?? record.values["site"] ?? .null).text
    if let name = record.values["name"]?.text, let twin = try twin(name, at: customer, site: site, in: db), twin != id {
      return try stay(id, at: record.values["customer"]?.text, in: db)
    }
    try append(RegisterEvent.returned, Self.step(home, "customer/\(customer)"), to: &record, id: id, expecting: record.version, in: db)
    return [change(id, record)]
  }

  /// Makes two of a site or department and the one it was merged into along with its customer, now that the customers are two.
  func part(_ id: String, in db: any SQLWriter) throws -> [Watchers.Change] {
    let record = try existing(id, expected: nil, in: db)
    // What it was merged into may itself have left a moment ago, and it along with it.
    guard let path = record.merge?.path, let last = path.last, let customer = record.values["customer"]?.text else { return [] }
    let there = try existing(last, expected: nil, in: db).values["customer"]?.text
    guard try Family.survivor(of: customer, .customers, in: db) == customer || !Family.isSame(customer, there, .customers, in: db)
    else { return [] }
    // Of a chain the last one first; it finds its way again with its own customer.
    return try split(path.count == 1 ? id : path[path.count - 2], in: db)
  }

  /// Says anew whose it is: nothing takes it elsewhere any more.
  func stay(_ id: String, at customer: String?, in db: any SQLWriter) throws -> [Watchers.Change] {
    var record = try existing(id, expected: nil, in: db)
    let body = JSONValue.object([.init(name: "customer", value: customer.map { .text($0) } ?? .null)])
    try append(RegisterEvent.recorded, body, to: &record, id: id, expecting: record.version, in: db)
    return [change(id, record)]
  }

  private static func step(_ to: [String: JSONValue], _ cause: String) -> JSONValue {
    let members = to.sorted { $0.key < $1.key }.map { JSONValue.Member(name: $0.key, value: $0.value) }
    return .object([.init(name: "to", value: .object(members)), .init(name: "cause", value: .text(cause))])
  }

  /// A place of this name at that customer.
  private func twin(_ name: String, at customer: String, site: String?, in db: any SQLReader) throws -> String? {
    switch description.register {
    case .sites:
      return try db.first("SELECT id FROM site WHERE customer = ? AND name = ?", [.text(customer), .text(name)]) { $0.text(0) }
    case .departments:
      return try db.first(
        "SELECT id FROM department WHERE customer = ? AND COALESCE(site, '') = ? AND name = ?",
        [.text(customer), .text(site ?? ""), .text(name)]
      ) { $0.text(0) }
    default: return nil
    }
  }
}
