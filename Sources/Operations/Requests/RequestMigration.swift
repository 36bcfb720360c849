public import Persistence

extension Migration {
  /// Cases, work orders, policies, and what goes with answering safely.
  public static let requests = Migration(
    "0003-requests",
    tables: [
      "request": .projection, "work_order": .projection, "policy": .projection, "idempotency": .operational,
      "number_series": .operational, "notice": .operational,
    ],
    """
    CREATE TABLE request (
      id TEXT NOT NULL PRIMARY KEY,
      number TEXT NOT NULL,
      kind TEXT NOT NULL,
      urgency TEXT NOT NULL,
      channel TEXT NOT NULL,
      state TEXT NOT NULL,
      open INTEGER NOT NULL, -- 1 while somebody owes something
      level TEXT NOT NULL,
      paused TEXT, -- the reason while the clocks wait
      summary TEXT NOT NULL,
      description TEXT,
      harm TEXT NOT NULL,
      customer_id TEXT,
      site_id TEXT,
      equipment_id TEXT,
      contact_id TEXT,
      contact_name TEXT, -- hash of a personal value
      contact_phone TEXT, -- hash of a personal value
      branch_id TEXT,
      owner_id TEXT,
      policy TEXT NOT NULL,
      reported_at BIGINT NOT NULL,
      version INTEGER NOT NULL,
      merged_into TEXT,
      next_due BIGINT NOT NULL, -- the nearest promise still owed; the end of time where there is none, after it where the case has ended
      targets TEXT NOT NULL, -- the clocks as of the last event (ClockStateText)
      steps TEXT NOT NULL -- what the state allows, separated by blanks
    )
    """,
    "CREATE UNIQUE INDEX request_number ON request (number)",
    "CREATE INDEX request_due ON request (next_due, id)",
    "CREATE INDEX request_branch_due ON request (branch_id, next_due, id)",
    "CREATE INDEX request_open_equipment ON request (equipment_id) WHERE open = 1",
    "CREATE INDEX request_reported ON request (reported_at, id)",
    "CREATE INDEX request_state_reported ON request (state, reported_at, id)",
    "CREATE INDEX request_branch_reported ON request (branch_id, reported_at, id)",
    "CREATE INDEX request_customer_reported ON request (customer_id, reported_at, id)",
    "CREATE INDEX request_equipment_reported ON request (equipment_id, reported_at, id)",
    """
    CREATE TABLE work_order (
      id TEXT NOT NULL PRIMARY KEY,
      number TEXT NOT NULL,
      request_id TEXT NOT NULL,
      request_number TEXT NOT NULL,
      state TEXT NOT NULL,
      open INTEGER NOT NULL,
      engineer_id TEXT NOT NULL,
      partner TEXT,
      dispatched_at BIGINT NOT NULL,
      departed_at BIGINT,
      arrived_at BIGINT,
      left_at BIGINT,
      handed_back_at BIGINT,
      version INTEGER NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX work_order_number ON work_order (number)",
    "CREATE INDEX work_order_request ON work_order (request_id, dispatched_at)",
    "CREATE INDEX work_order_engineer_open ON work_order (engineer_id, dispatched_at, id) WHERE open = 1",
    "CREATE INDEX work_order_engineer ON work_order (engineer_id, dispatched_at, id)",
    "CREATE INDEX work_order_partner ON work_order (partner, dispatched_at, id) WHERE partner IS NOT NULL",
    "CREATE INDEX work_order_dispatched ON work_order (dispatched_at, id)",
    "CREATE INDEX work_order_open ON work_order (dispatched_at, id) WHERE open = 1",
    """
    CREATE TABLE policy (
      id TEXT NOT NULL PRIMARY KEY, -- the version's name
      text TEXT NOT NULL,
      active_from BIGINT, -- null while a draft
      version INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE idempotency (
      actor TEXT NOT NULL,
      method TEXT NOT NULL,
      path TEXT NOT NULL,
      key TEXT NOT NULL,
      body_hash TEXT NOT NULL,
      created BIGINT NOT NULL,
      outcome TEXT NOT NULL,
      version INTEGER NOT NULL,
      body TEXT, -- null where personal values in it were erased
      subject TEXT,
      PRIMARY KEY (actor, method, path, key)
    )
    """,
    "CREATE INDEX idempotency_created ON idempotency (created)",
    "CREATE INDEX idempotency_subject ON idempotency (subject) WHERE subject IS NOT NULL",
    """
    CREATE TABLE number_series (
      series TEXT NOT NULL,
      day TEXT NOT NULL,
      last INTEGER NOT NULL,
      PRIMARY KEY (series, day)
    )
    """,
    """
    CREATE TABLE notice (
      id TEXT NOT NULL PRIMARY KEY,
      role TEXT NOT NULL, -- who is told
      kind TEXT NOT NULL,
      stream TEXT NOT NULL,
      number TEXT NOT NULL,
      created BIGINT NOT NULL,
      seen_by TEXT,
      seen_at BIGINT
    )
    """,
    "CREATE INDEX notice_role ON notice (role, created, id)")
}
