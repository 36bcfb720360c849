/// A table's columns and key, as the engine's catalogue has them.
public struct TableShape: Hashable, Sendable {
  public let name: String
  public let columns: [String]
  /// The primary key's columns, in its order.
  public let key: [String]

  /// - Returns: nil when there is no such table.
  public static func of(_ table: String, dialect: SQLDialect, in db: any SQLReader) throws -> TableShape? {
    let (columns, key): (String, String) =
      switch dialect {
      case .sqlite:
        ("SELECT name FROM pragma_table_info(?) ORDER BY cid", "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk")
      case .postgres:
        (
          "SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass(?::text) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
          """
          SELECT a.attname::text FROM pg_index i
          CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, position)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
          WHERE i.indrelid = to_regclass(?::text) AND i.indisprimary ORDER BY k.position
          """
        )
      }
    let names = try db.rows(columns, [.text(table)]) { $0.text(0) }
    guard !names.isEmpty else { return nil }
    return TableShape(name: table, columns: names, key: try db.rows(key, [.text(table)]) { $0.text(0) })
  }
}
