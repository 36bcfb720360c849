/// The registers as streams: create, change, archive, list, read, each by the register's description.
public struct RegisterOperations: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  public func create(_ register: Register, _ input: Fields, _ call: Call) async throws -> Answer { fatalError("not built yet") }

  /// PATCH: only the given fields; null empties one. Needs `call.expected` (428).
  public func change(_ register: Register, _ id: String, _ input: Fields, _ call: Call) async throws -> Answer { fatalError("not built yet") }

  public func archive(_ register: Register, _ id: String, _ call: Call) async throws -> Answer { fatalError("not built yet") }

  public func restore(_ register: Register, _ id: String, _ call: Call) async throws -> Answer { fatalError("not built yet") }

  public func find(_ register: Register, _ id: String, by actor: Actor) async throws -> RegisterItem { fatalError("not built yet") }

  public func list(_ register: Register, _ query: RegisterQuery, by actor: Actor) async throws -> Page<RegisterItem> {
    fatalError("not built yet")
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
  public var cursor: String?
  public var limit = 50

  public init() {}
}
