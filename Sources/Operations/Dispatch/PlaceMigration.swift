import Persistence

extension Migration {
  /// Where sites and branches are, and when a visit is planned. Nobody said any of it before this: no row is made anew.
  static let places = Migration(
    "0026-places", tables: [:], "ALTER TABLE branch ADD COLUMN latitude TEXT", "ALTER TABLE branch ADD COLUMN longitude TEXT",
    "ALTER TABLE site ADD COLUMN latitude TEXT", "ALTER TABLE site ADD COLUMN longitude TEXT",
    "ALTER TABLE work_order ADD COLUMN planned_at BIGINT")
}
