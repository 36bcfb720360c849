import Persistence

extension Migration {
  /// What is swept away, without the announcements that stay: they would be read again at every turn.
  static let outboxPassing = Migration(
    "0071-outbox-passing", tables: [:], "CREATE INDEX outbox_passing ON outbox (state, created, id) WHERE kind <> 'announcement'")

  /// What is to be sent, and how each person wants to be told.
  ///
  /// `outbox_due` answers what is due on a channel, the most urgent first, however much was sent; a row that somebody is sending is due again when
  /// their time is over.
  static let outbox = Migration(
    "0045-outbox", tables: ["outbox": .operational, "notice_setting": .operational],
    """
    CREATE TABLE outbox (
      id TEXT NOT NULL PRIMARY KEY,
      key TEXT NOT NULL, -- names the fact that is told
      recipient TEXT NOT NULL, -- staff:ID, contact:ID, room:NAME, rooms
      channel TEXT NOT NULL, -- screen, mail, sms, room:NAME
      kind TEXT NOT NULL,
      stream TEXT NOT NULL,
      number TEXT,
      facts TEXT NOT NULL, -- what the text is made of, JSON
      rank INTEGER NOT NULL, -- 0 emergency, 1 the day's work, 2 to everybody
      state TEXT NOT NULL, -- waiting, sent, dead, given-up
      attempts INTEGER NOT NULL,
      next_try BIGINT NOT NULL, -- UTC milliseconds
      holder TEXT, -- the try that is under way: only that one says how it ended
      created BIGINT NOT NULL,
      sent_at BIGINT,
      error TEXT,
      error_text TEXT
    )
    """,
    "CREATE UNIQUE INDEX outbox_key ON outbox (key, recipient, channel)",
    "CREATE INDEX outbox_due ON outbox (channel, rank, next_try, id) WHERE state = 'waiting'",
    "CREATE INDEX outbox_state ON outbox (state, created, id)",
    "CREATE INDEX outbox_recipient ON outbox (recipient)",
    """
    CREATE TABLE notice_setting (
      staff_id TEXT NOT NULL PRIMARY KEY,
      language TEXT NOT NULL, -- zh, en
      email TEXT,
      sms TEXT NOT NULL, -- never, emergencies, always: to the phone in the register
      quiet_from INTEGER, -- minutes of the company's day
      quiet_to INTEGER,
      changed_at BIGINT NOT NULL
    )
    """)
}
