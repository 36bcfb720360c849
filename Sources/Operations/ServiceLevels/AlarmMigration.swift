import Persistence

extension Migration {
  /// When a case has something to say next, whom a notice is for, and who is on duty (SLA-8, INT-8).
  static let alarms = Migration(
    "0040-alarms", tables: ["shift": .projection],
    "ALTER TABLE request ADD COLUMN next_alarm BIGINT",
    // Only what waits: the sweeper's look costs the same with 200 open clocks and with 200,000.
    "CREATE INDEX request_next_alarm ON request (next_alarm, id) WHERE next_alarm IS NOT NULL",
    "ALTER TABLE notice ADD COLUMN staff TEXT",  // who of the role is told; null: whoever has it
    "ALTER TABLE notice ADD COLUMN target TEXT",
    "ALTER TABLE notice ADD COLUMN place BIGINT",
    "ALTER TABLE notice ADD COLUMN since BIGINT",
    "ALTER TABLE notice ADD COLUMN due BIGINT",
    "ALTER TABLE notice ADD COLUMN note TEXT",
    "CREATE INDEX notice_staff ON notice (staff, created, id) WHERE staff IS NOT NULL",
    "CREATE INDEX notice_stream ON notice (stream, target, place)",
    """
    CREATE TABLE shift (
      id TEXT NOT NULL PRIMARY KEY,
      staff_id TEXT NOT NULL,
      role TEXT NOT NULL, -- what for: the person's role when it was planned
      branch_id TEXT, -- null: the centre, for every branch
      from_at BIGINT NOT NULL,
      to_at BIGINT NOT NULL,
      removed INTEGER NOT NULL,
      version BIGINT NOT NULL
    )
    """,
    "CREATE INDEX shift_time ON shift (from_at, id) WHERE removed = 0",
    "CREATE INDEX shift_duty ON shift (role, to_at) WHERE removed = 0",
    "CREATE INDEX shift_staff ON shift (staff_id, from_at) WHERE removed = 0")
}
