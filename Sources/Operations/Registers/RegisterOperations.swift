import Domain
import Persistence

/// The registers as streams: create, change, archive, list, read, each by the register's description.
public struct RegisterOperations: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  /// A new record; 201 with the whole of it.
  ///
  /// - Throws: ``InputRefusal`` for a reference to nothing in use, ``RegisterError/notUnique(_:)``.
  public func create(_ register: Register, _ input: Fields, _ call: Call) async throws -> Answer {
    try await write(register, call, permit: { try Self.guardRole(register, input, id: nil, call.actor, in: $0) }) { writer, db in
      let id = company.chance.newID(at: writer.now) as ID<Equipment>
      try writer.create(input, id: id.text, in: db)
      return (id.text, true)
    }
  }

  /// PATCH: only the given fields; null empties one. Needs `call.expected` (428).
  public func change(_ register: Register, _ id: String, _ input: Fields, _ call: Call) async throws -> Answer {
    try await write(
      register, call,
      permit: { db in
        try Self.guardRole(register, input, id: id, call.actor, in: db)
        let role = input.text("role")
        if register == .staff, role != nil, role != Role.administrator.rawValue {
          try AccountOperations.requireAnotherAdministrator(than: id, in: db)
        }
      }
    ) { writer, db in
      guard call.expected != nil else {
        _ = try writer.existing(id, expected: nil, in: db)
        throw RegisterError.versionRequired
      }
      try writer.change(input, id: id, expected: call.expected, in: db)
      return (id, false)
    }
  }

  /// Out of use: lists leave it out, references to it stay.
  public func archive(_ register: Register, _ id: String, _ call: Call) async throws -> Answer {
    try await write(
      register, call,
      permit: { db in
        try Self.guardRole(register, Fields(), id: id, call.actor, in: db)
        if register == .staff { try AccountOperations.requireAnotherAdministrator(than: id, in: db) }
      }
    ) { writer, db in
      try writer.archive(id: id, expected: call.expected, in: db)
      return (id, false)
    }
  }

  public func restore(_ register: Register, _ id: String, _ call: Call) async throws -> Answer {
    try await write(register, call, permit: { try Self.guardRole(register, Fields(), id: id, call.actor, in: $0) }) { writer, db in
      try writer.restore(id: id, expected: call.expected, in: db)
      return (id, false)
    }
  }

  /// - Throws: ``AccessError/notFound(_:)``, also for what belongs to another hospital than the reader's.
  public func find(_ register: Register, _ id: String, by actor: Actor) async throws -> RegisterItem {
    let missing = AccessError.notFound(register.description.streamKind)
    let scope = try actor.require(.registerRead)
    guard scope == .all || register.description.customerColumn != nil else { throw missing }
    let customer = try reach(scope, of: actor)
    let found = try await company.database.read { db in try RegisterReader(register).item(id, of: customer, in: db) }
    guard let found else { throw missing }
    if register.description.isPersonal {
      company.views.note(.personalView, what: register.description.stream(found.id), by: actor, at: try company.clock())
    }
    return found
  }

  public func list(_ register: Register, _ query: RegisterQuery, by actor: Actor) async throws -> Page<RegisterItem> {
    let scope = try actor.require(.registerRead)
    guard scope == .all || register.description.customerColumn != nil else { throw AccessError.notAllowed(.registerRead) }
    let customer = try reach(scope, of: actor)
    let page = try await page(register, query, of: customer, by: actor, scope)
    if register.description.isPersonal, !page.items.isEmpty {
      company.views.note(.personalView, what: "\(register.rawValue): \(page.items.count)", by: actor, at: try company.clock())
    }
    return page
  }

  /// What is looked for comes as one page, the nearest first.
  private func page(
    _ register: Register, _ query: RegisterQuery, of customer: CustomerID?, by actor: Actor, _ scope: Scope
  ) async throws -> Page<RegisterItem> {
    guard let search = query.search else {
      return try await company.database.read { db in try RegisterReader(register).page(query, of: customer, in: db) }
    }
    let owner = register == .customers || register.description.customerColumn == nil ? nil : query.filters["customer"]
    let ids = try await SearchOperations(company).ids(
      of: register, search, customer: owner, archived: query.includeArchived, by: actor, scope: scope)
    return Page(
      items: try await company.database.read { db in try RegisterReader(register).items(ids, query, of: customer, in: db) }, next: nil)
  }

  /// How many records meet the query, counted up to `most`: a list says “1,000 and more” rather than count a million.
  public func count(_ register: Register, _ query: RegisterQuery = RegisterQuery(), upTo most: Int = 1_000, by actor: Actor) async throws
    -> Int
  {
    let scope = try actor.require(.registerRead)
    guard scope == .all || register.description.customerColumn != nil else { throw AccessError.notAllowed(.registerRead) }
    let customer = try reach(scope, of: actor)
    return try await company.database.read { db in try RegisterReader(register).count(query, of: customer, upTo: most, in: db) }
  }

  /// Whose records a reader may see: nil is everybody's.
  private func reach(_ scope: Scope, of actor: Actor) throws(AccessError) -> CustomerID? {
    switch scope {
    case .all: return nil
    case .customer, .involved:
      guard let customer = actor.customer else { throw .notAllowed(.registerRead) }
      return customer
    }
  }

  private func write(
    _ register: Register, _ call: Call, permit: @escaping @Sendable (any SQLWriter) throws -> Void,
    change: @escaping @Sendable (RegisterWriter, any SQLWriter) throws -> (id: String, created: Bool)
  ) async throws -> Answer {
    let reader = RegisterReader(register)
    return try await company.perform(
      call,
      permit: { db, _ in
        try call.actor.require(register.writing)
        try permit(db)
      },
      change: { db, now, _, changes in
        let writer = RegisterWriter(register, author: call.actor.author, at: now, chance: company.chance)
        let (id, created) = try change(writer, db)
        guard let item = try reader.item(id, in: db) else { throw AccessError.notFound(register.description.streamKind) }
        changes.append(Watchers.Change(stream: register.description.stream(id), version: item.version))
        return Answer(created: created, version: item.version, body: item.json)
      })
  }

  /// Nobody gives themselves or others rights by the register alone: whoever has an account, and whoever becomes or is an
  /// administrator, is changed only by one who may manage accounts.
  static func guardRole(_ register: Register, _ input: Fields, id: String?, _ actor: Actor, in db: any SQLReader) throws {
    guard register == .staff, Permissions.scope(of: .accountManage, for: actor.role) == nil else { return }
    if input.text("role") == Role.administrator.rawValue { throw AccessError.notAllowed(.accountManage) }
    guard let id else { return }
    let rights = ["role", "customer", "partner"]
    let stored = try db.first("SELECT role, customer, partner FROM staff WHERE id = ?", [.text(id)]) { row in
      rights.indices.map { row.optionalText($0) }
    }
    if stored?[0] == Role.administrator.rawValue { throw AccessError.notAllowed(.accountManage) }
    // A form sends every field; what is as it was changes no right.
    let isOther = stored.map { now in zip(rights, now).contains { input.values[$0] != nil && input.text($0) != $1 } } ?? true
    guard isOther || input.values.isEmpty else { return }
    let account = try db.first("SELECT 1 FROM account WHERE staff = ?", [.text(id)]) { _ in true }
    if account != nil { throw AccessError.notAllowed(.accountManage) }
  }
}

extension Register {
  /// What one must be allowed to change it.
  var writing: Action {
    switch self {
    case .branches, .staff: .staffWrite
    case .customers, .sites, .departments, .contacts, .models, .equipment: .registerWrite
    }
  }
}

/// One row of a register: its fields in the order of the description, and the common ones.
public struct RegisterItem: Sendable, JSONWritable {
  public let id: String
  public let version: Int
  /// JSON text of the whole object as the API shows it.
  public let json: String

  public init(id: String, version: Int, json: String) { (self.id, self.version, self.json) = (id, version, json) }
  public func write(to writer: inout JSONWriter) { writer.raw(json) }
}

/// Filters of a register's list: names and values as in the query string, checked against the description's filters.
public struct RegisterQuery: Sendable {
  public var filters: [String: String] = [:]
  public var includeArchived = false
  /// What people remember of it, in characters, pinyin or initials (INT-3).
  public var search: String?
  /// One of ``RegisterDescription/sorts``; nil is the oldest record first.
  public var sort: String?
  public var cursor: String?
  public var limit = 50

  public init() {}
}
