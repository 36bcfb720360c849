import Persistence

extension Migration {
  /// What the board counts by, and each person's views of it.
  static let board = Migration(
    "0036-board", tables: ["saved_view": .operational],
    "CREATE INDEX request_board ON request (branch_id, urgency, kind, state, paused, next_due, id) WHERE open = 1",
    "CREATE INDEX work_order_request_open ON work_order (request_id, engineer_id) WHERE open = 1",
    """
    CREATE TABLE saved_view (
      id TEXT NOT NULL PRIMARY KEY,
      owner TEXT NOT NULL, -- staff:ID
      name TEXT NOT NULL,
      filter TEXT NOT NULL, -- state=…&branch=… (BoardFilter.text)
      created BIGINT NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX saved_view_owner_name ON saved_view (owner, name)")

  /// A hospital's cases in the order of due times: without it a page of a large hospital's cases reads them all.
  static let customerDue = Migration(
    "0037-customer-due", tables: [:], "CREATE INDEX request_customer_due ON request (customer_id, next_due, id)")
}
