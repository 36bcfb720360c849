import Persistence

extension Migration {
  /// How each promise ended (REP-1): a row for every promise of a case that counts, and the sums that a month is read from.
  static let promises = Migration(
    "0060-promises", tables: ["promise": .projection, "promise_sum": .projection],
    """
    CREATE TABLE promise (
      id TEXT NOT NULL PRIMARY KEY, -- CASE/TARGET
      request_id TEXT NOT NULL,
      target TEXT NOT NULL,
      outcome INTEGER NOT NULL, -- 0 met, 1 missed once its due time has passed, 2 waiting for somebody
      decided INTEGER NOT NULL, -- 0: only the passing of time can still make it missed
      due BIGINT NOT NULL, -- UTC milliseconds
      month INTEGER NOT NULL, -- of the due time in the company's zone: 202611
      branch_id TEXT NOT NULL, -- empty where there is none, as below
      engineer_id TEXT NOT NULL,
      customer_id TEXT NOT NULL
    )
    """,
    "CREATE INDEX promise_request ON promise (request_id, due)",
    "CREATE INDEX promise_due ON promise (due, request_id)",
    "CREATE INDEX promise_engineer ON promise (engineer_id, due, request_id)",
    "CREATE INDEX promise_customer ON promise (customer_id, due, request_id)",
    "CREATE INDEX promise_missed ON promise (due, request_id) WHERE outcome = 1",
    "CREATE INDEX promise_undecided ON promise (due, target, branch_id, engineer_id, customer_id, month) WHERE decided = 0 AND outcome = 1",
    """
    CREATE TABLE promise_sum (
      id TEXT NOT NULL PRIMARY KEY, -- SIDE/MONTH/TARGET/BRANCH/MEMBER
      side TEXT NOT NULL, -- engineer or customer: whose member it is
      month INTEGER NOT NULL,
      target TEXT NOT NULL,
      branch_id TEXT NOT NULL,
      member_id TEXT NOT NULL,
      met BIGINT NOT NULL,
      missed BIGINT NOT NULL
    )
    """,
    "CREATE INDEX promise_sum_month ON promise_sum (side, month, target, branch_id, member_id, met, missed)",
    "CREATE INDEX promise_sum_member ON promise_sum (side, member_id, month, target, branch_id, met, missed)")
}
