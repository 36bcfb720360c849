import Domain
import Persistence

extension RegisterOperations {
  /// So many are worth a look before another is made.
  static let alikeMost = 5

  /// Records in use that may be the one that is about to be made: the same name or number as people write it, the same phone, a serial
  /// number with one letter wrong. A warning, no rule: two hospitals may be called alike.
  public func alike(_ register: Register, _ input: Fields, by actor: Actor) async throws -> [RegisterItem] {
    var found: [RegisterItem] = []
    func take(_ items: [RegisterItem]) {
      for item in items where !found.contains(where: { $0.id == item.id }) { found.append(item) }
    }
    func list(_ filters: [String: String], search: String? = nil) async throws -> [RegisterItem] {
      var query = RegisterQuery()
      (query.filters, query.search, query.limit) = (filters, search, Self.alikeMost)
      return try await self.list(register, query, by: actor).items
    }
    let title = input.text(register == .equipment ? "serialNumber" : "name").map { String($0.prefix(100)) }
    switch register {
    case .customers:
      if let code = input.text("uscc") { take(try await list(["uscc": code])) }
      if let title { take(try await list([:], search: title)) }
    case .equipment, .models, .branches:
      if let title { take(try await list([:], search: title)) }
    case .sites, .departments:
      if let title, let customer = input.text("customer") {
        take(try await list(["customer": customer], search: title).filter { Self.isCalled(title, $0) })
      }
    case .contacts:
      if let phone = input.text("phone") { take(try await list(["phone": phone])) }
      if let title, let customer = input.text("customer") {
        take(try await list(["customer": customer], search: title).filter { Self.isCalled(title, $0) })
      }
    case .staff:
      if let badge = input.text("badgeNumber") { take(try await list(["badgeNumber": badge])) }
      if let title { take(try await list([:], search: title).filter { Self.isCalled(title, $0) }) }
    }
    return Array(found.prefix(Self.alikeMost))
  }

  /// Whether this very call was made before: its answer is kept, and whatever is alike by now is what it made.
  public func isRepeated(_ call: Call) async throws -> Bool {
    guard let key = call.idempotency else { return false }
    return try await company.database.read { db in
      try db.first(
        "SELECT 1 FROM idempotency WHERE actor = ? AND method = ? AND path = ? AND key = ?",
        [.text(call.actor.author.actor), .text(key.method), .text(key.path), .text(key.key)]
      ) { _ in true } ?? false
    }
  }

  /// The same but for case, width and spaces.
  private static func isCalled(_ title: String, _ item: RegisterItem) -> Bool {
    let name = (try? JSONValue(parsing: item.json))?["name"]?.text ?? ""
    return SearchText(name).key == SearchText(title).key
  }

  /// The record as it was at a version, by field name: what somebody saw who began to change it then.
  ///
  /// - Returns: nil where there was no such version.
  public func values(
    _ register: Register, of id: String, at version: Int, by actor: Actor
  ) async throws -> [String: RegisterChange.Value]? {
    guard try actor.require(.registerRead) == .all else { throw AccessError.notAllowed(.registerRead) }
    let description = register.description
    let values = try await company.database.read { db in try RegisterChanges(description).record(id, at: version, in: db) }
    if description.isPersonal { company.views.note(.personalView, what: description.stream(id), by: actor, at: try company.clock()) }
    return values
  }
}
