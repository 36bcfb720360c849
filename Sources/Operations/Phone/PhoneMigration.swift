import Persistence

extension Migration {
  /// Phones that hold work of their engineers, and files that they have announced.
  ///
  /// The index of an engineer's open orders names `open` too: else SQLite takes that of all of them, which grows with the years.
  static let phones = Migration(
    "0027-phones", tables: ["device": .operational, "expected_file": .operational],
    """
    CREATE TABLE device (
      id TEXT NOT NULL PRIMARY KEY, -- random, made by the phone; a phone that forgot makes a new one
      staff_id TEXT NOT NULL,
      kind TEXT NOT NULL, -- iPhone, Android
      created BIGINT NOT NULL,
      seen BIGINT NOT NULL,
      unsent INTEGER NOT NULL, -- steps and photos that wait, as last told
      refused INTEGER NOT NULL, -- of these, what waits for a person
      oldest BIGINT, -- when the first of them happened
      forget_by TEXT,
      forget_at BIGINT,
      forgotten_at BIGINT,
      lost INTEGER NOT NULL -- what was unsent when it forgot
    )
    """,
    "DROP INDEX work_order_engineer_open",
    "CREATE INDEX work_order_engineer_open ON work_order (engineer_id, open, dispatched_at, id) WHERE open = 1",
    "CREATE INDEX device_staff ON device (staff_id, seen, id)",
    "CREATE INDEX device_seen ON device (seen, id) WHERE forgotten_at IS NULL",
    """
    CREATE TABLE expected_file (
      request_id TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      staff_id TEXT NOT NULL,
      device TEXT, -- the phone that holds it
      created BIGINT NOT NULL,
      PRIMARY KEY (request_id, sha256)
    )
    """)
}
