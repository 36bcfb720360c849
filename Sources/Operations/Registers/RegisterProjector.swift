import Domain
public import Persistence

/// The row of a register's record.
public struct RegisterProjector: Projector {
  let description: RegisterDescription

  public init(_ register: Register) { description = register.description }

  /// 2: where a record goes back to is its first home, not its last stop.
  public var version: Int { description.isMovable ? 2 : 1 }
  public var streamKind: String { description.streamKind }
  public var table: String { description.table }
  public var columns: [String] { RegisterProjector.columns(of: description) }

  public func row(stream: String, events: [JournalEvent]) throws -> ProjectedRow? {
    guard !events.isEmpty else { return nil }
    return row(id: id(of: stream), try RegisterRecord(description, events: events))
  }

  func row(id: String, _ record: RegisterRecord) -> ProjectedRow {
    var values: [SQLValue] = [.text(id), .int(record.version), .bool(record.isOutOfUse)]
    for field in description.fields { values.append(field.column(record.values[field.name])) }
    if description.isMergeable {
      let merge = record.merge
      values += [
        .optional(merge?.path.last), merge.map { .integer($0.at) } ?? .null, .optional(merge?.by), .optional(merge?.reason),
      ]
    }
    if description.isMovable { values.append(.optional(record.home?["customer"]?.text)) }
    return ProjectedRow(table: table, columns: columns, values: values)
  }

  static func columns(of description: RegisterDescription) -> [String] {
    ["id", "version", "archived"] + description.fields.map(\.column)
      + (description.isMergeable ? ["merged_into", "merged_at", "merged_by", "merged_reason"] : [])
      + (description.isMovable ? ["origin"] : [])
  }

  /// One for each register.
  public static let all: [RegisterProjector] = Register.allCases.map { RegisterProjector($0) }
}
