extension Migration {
  /// The journal, its checkpoints, and the values of people. Merged: it never changes.
  public static let journal = Migration(
    "0001-journal",
    tables: ["journal": .journal, "checkpoint": .journal, "personal": .personal],
    """
    CREATE TABLE journal (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, -- a number is never given twice, not even after a deletion
      stream TEXT NOT NULL,
      version BIGINT NOT NULL,
      kind TEXT NOT NULL,
      schema BIGINT NOT NULL,
      body TEXT NOT NULL,
      actor TEXT NOT NULL,
      behalf TEXT,
      device TEXT,
      occurred BIGINT NOT NULL, -- UTC milliseconds
      recorded BIGINT NOT NULL,
      previous_hash TEXT NOT NULL,
      hash TEXT NOT NULL
    )
    """,
    // Two people changing one case at once cannot both win.
    "CREATE UNIQUE INDEX journal_stream ON journal (stream, version)",
    """
    CREATE TABLE checkpoint (
      number BIGINT NOT NULL PRIMARY KEY,
      first_sequence BIGINT NOT NULL,
      last_sequence BIGINT NOT NULL,
      count BIGINT NOT NULL,
      root TEXT NOT NULL,
      leaves TEXT NOT NULL, -- 8 hex digits an event: they tell which row no longer fits, not only that one does not
      previous_hash TEXT NOT NULL,
      hash TEXT NOT NULL,
      key_id TEXT NOT NULL,
      signature TEXT NOT NULL,
      sealed_at BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE personal (
      hash TEXT NOT NULL PRIMARY KEY,
      subject TEXT NOT NULL,
      field TEXT NOT NULL,
      value TEXT,
      salt BLOB,
      erased BIGINT
    )
    """,
    "CREATE INDEX personal_subject ON personal (subject)",
    // Drawn signatures are never looked up by value, and too long for an index.
    "CREATE INDEX personal_value ON personal (field, value, subject) WHERE value IS NOT NULL AND field <> 'signature'")
}
