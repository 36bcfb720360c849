import Domain

/// All there is to know of one register, said once: the API, the import, the projection and the lists follow it.
public struct RegisterDescription: Sendable {
  public let register: Register
  /// The kind of its streams, and the name of its table.
  public let streamKind: String
  public let fields: [RegisterField]
  /// Sets of field names that no two records may share.
  public let unique: [[String]]
  /// The schema that `recorded` events are written with.
  public let schema: Int
  /// Brings an older `recorded` body to ``schema``.
  let upcast: @Sendable (_ body: JSONValue, _ schema: Int) -> JSONValue

  init(
    _ register: Register, streamKind: String, fields: [RegisterField], unique: [[String]] = [], schema: Int = 1,
    upcast: @escaping @Sendable (JSONValue, Int) -> JSONValue = { body, _ in body }
  ) {
    (self.register, self.streamKind, self.fields, self.unique) = (register, streamKind, fields, unique)
    (self.schema, self.upcast) = (schema, upcast)
  }

  public var table: String { streamKind }

  public func stream(_ id: String) -> String { "\(streamKind)/\(id)" }

  public func field(_ name: String) -> RegisterField? { fields.first { $0.name == name } }

  /// What `POST` takes.
  public var createShape: Shape { Shape("\(singular)Input", fields.map(\.field)) }

  /// What `PATCH` takes: any of them, null empties one.
  public var changeShape: Shape {
    Shape("\(singular)Change", fields.map { Field($0.name, $0.field.type, required: false, note: $0.field.note) })
  }

  /// Names of the query items that a list takes.
  public var filters: [String] { fields.filter(\.isFilter).map(\.name) }

  /// `Equipment`, `Staff`, `Branch`: the schema's name in OpenAPI.
  public var singular: String { streamKind.prefix(1).uppercased() + streamKind.dropFirst() }

  /// Records of people: whoever was forgotten is shown as that.
  public var isPersonal: Bool { fields.contains { $0.name == "name" && $0.storage == .personal } }

  /// Two of its records can become one.
  public var isMergeable: Bool {
    switch register {
    case .customers, .sites, .departments, .equipment: true
    case .branches, .staff, .contacts, .models: false
    }
  }

  /// Its records go along when their customer is merged into another.
  var isMovable: Bool {
    switch register {
    case .sites, .departments, .contacts, .equipment, .staff: true
    case .branches, .customers, .models: false
    }
  }

  /// The column that says whose hospital a record is; nil where it is nobody's (ORG-3, ORG-5).
  var customerColumn: String? {
    switch register {
    case .customers: "id"
    case .sites, .departments, .contacts, .equipment: "customer"
    case .branches, .staff, .models: nil
    }
  }
}

extension Register {
  public var description: RegisterDescription {
    switch self {
    case .branches: RegisterDescription.branches
    case .staff: RegisterDescription.staff
    case .customers: RegisterDescription.customers
    case .sites: RegisterDescription.sites
    case .departments: RegisterDescription.departments
    case .contacts: RegisterDescription.contacts
    case .models: RegisterDescription.models
    case .equipment: RegisterDescription.equipment
    }
  }
}
