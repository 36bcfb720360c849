import Persistence

extension Migration {
  /// Who was merged into whom, and where a record was before it moved along with its customer. Nothing was merged before this:
  /// no row is made anew.
  ///
  /// A merged record keeps its name and number and is found by them, but they are free for the record that goes on: of two entries
  /// the one with the history may be the one with the wrong number.
  static let merging = Migration(
    "0018-merging", tables: [:],
    statements: ["customer", "site", "department", "equipment"].flatMap { table in
      [
        "ALTER TABLE \(table) ADD COLUMN merged_into TEXT", "ALTER TABLE \(table) ADD COLUMN merged_at BIGINT",
        "ALTER TABLE \(table) ADD COLUMN merged_by TEXT", "ALTER TABLE \(table) ADD COLUMN merged_reason TEXT",
        "CREATE INDEX \(table)_merged_into ON \(table) (merged_into, id) WHERE merged_into IS NOT NULL",
      ]
    }
      + ["site", "department", "contact", "equipment", "staff"].flatMap { table in
        [
          "ALTER TABLE \(table) ADD COLUMN origin TEXT",
          "CREATE INDEX \(table)_origin ON \(table) (origin, id) WHERE origin IS NOT NULL",
        ]
      } + [
        "DROP INDEX customer_name", "CREATE UNIQUE INDEX customer_name ON customer (name) WHERE merged_into IS NULL",
        "CREATE INDEX customer_named ON customer (name, id)",
        "DROP INDEX customer_uscc", "CREATE UNIQUE INDEX customer_uscc ON customer (uscc) WHERE merged_into IS NULL",
        "CREATE INDEX customer_coded ON customer (uscc, id)",
        "DROP INDEX equipment_model_serial_number",
        "CREATE UNIQUE INDEX equipment_model_serial_number ON equipment (model, serial_number) WHERE merged_into IS NULL",
      ])
}
