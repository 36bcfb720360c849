public import Persistence

extension Migration {
  /// Mailboxes that cannot be read, for whoever waits for mail: a row comes with the trouble and goes with it.
  static let mailboxTrouble = Migration(
    "0072-mailbox-trouble", tables: ["mailbox_trouble": .operational],
    """
    CREATE TABLE mailbox_trouble (
      box TEXT NOT NULL PRIMARY KEY, -- its address without the password
      since BIGINT NOT NULL, -- UTC milliseconds
      tried BIGINT NOT NULL, -- the newest try; of a box that nobody reads any more it is long ago
      error TEXT NOT NULL
    )
    """)

  /// Mail and messages that came in (INT-1), what became of each, and those kept whole that a person has to look at. Operational: what they
  /// became stands in the journal; senders stand here in clear, and `customers forget` erases them. Merged: it never changes.
  public static let inbound = Migration(
    "0050-inbound", tables: ["inbound": .operational, "inbound_raw": .operational],
    """
    CREATE TABLE inbound (
      id TEXT NOT NULL PRIMARY KEY,
      channel TEXT NOT NULL, -- email, or the name of a channel of messages
      key TEXT NOT NULL, -- what makes it the same one when it comes again
      message_id TEXT, -- what answers name
      thread TEXT, -- of a chat
      state TEXT NOT NULL, -- InboundState
      reason TEXT,
      sender TEXT, -- address, or the sender's id in the channel; null where it was erased
      sender_name TEXT,
      subject TEXT,
      request_id TEXT,
      request_number TEXT,
      raw_size BIGINT NOT NULL, -- what of it is kept whole in inbound_raw
      received BIGINT NOT NULL, -- UTC milliseconds
      decided_by TEXT,
      decided_at BIGINT
    )
    """,
    "CREATE UNIQUE INDEX inbound_key ON inbound (channel, key)",
    "CREATE INDEX inbound_message ON inbound (channel, message_id) WHERE message_id IS NOT NULL",
    "CREATE INDEX inbound_thread ON inbound (channel, thread, received) WHERE thread IS NOT NULL",
    "CREATE INDEX inbound_received ON inbound (received, id)",
    "CREATE INDEX inbound_state ON inbound (state, received, id)",
    "CREATE INDEX inbound_sender ON inbound (sender, received, id)",
    "CREATE INDEX inbound_request ON inbound (request_id, received) WHERE request_id IS NOT NULL",
    "CREATE INDEX inbound_kept ON inbound (received, raw_size) WHERE raw_size > 0",
    """
    CREATE TABLE inbound_raw (
      inbound_id TEXT NOT NULL,
      part BIGINT NOT NULL, -- 256 kB each
      bytes BLOB NOT NULL,
      PRIMARY KEY (inbound_id, part)
    )
    """)
}
