public import Persistence

extension Migration {
  /// Files that were uploaded, and those that are attached to a case.
  public static let files = Migration(
    "0016-files", tables: ["file": .operational, "upload": .operational, "attachment": .projection],
    """
    CREATE TABLE file (
      id TEXT NOT NULL PRIMARY KEY,
      owner TEXT NOT NULL, -- who uploaded it; nobody else knows of it
      name TEXT NOT NULL,
      type TEXT NOT NULL,
      size BIGINT NOT NULL,
      sha256 TEXT NOT NULL,
      width INTEGER,
      height INTEGER,
      pages INTEGER,
      created BIGINT NOT NULL -- swept 25 hours later; attached or not, the case does not need it then
    )
    """,
    "CREATE INDEX file_owner ON file (owner, created)",
    "CREATE INDEX file_sha256 ON file (sha256, created)",
    "CREATE INDEX file_created ON file (created, id)",
    """
    CREATE TABLE upload (
      id TEXT NOT NULL PRIMARY KEY,
      owner TEXT NOT NULL,
      name TEXT NOT NULL,
      size BIGINT NOT NULL,
      sha256 TEXT, -- where it was named
      received BIGINT NOT NULL, -- bytes that are synced
      file_id TEXT, -- when it is whole
      created BIGINT NOT NULL
    )
    """,
    "CREATE INDEX upload_owner ON upload (owner, created)",
    "CREATE INDEX upload_created ON upload (created, id)",
    "CREATE INDEX upload_file ON upload (file_id) WHERE file_id IS NOT NULL",
    """
    CREATE TABLE attachment (
      id TEXT NOT NULL PRIMARY KEY,
      request_id TEXT NOT NULL,
      file_id TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      name TEXT NOT NULL, -- hash of a personal value
      type TEXT NOT NULL,
      size BIGINT NOT NULL,
      width INTEGER,
      height INTEGER,
      pages INTEGER,
      note TEXT,
      internal INTEGER NOT NULL, -- 1: not for the customer
      paper TEXT,
      code TEXT,
      actor TEXT NOT NULL,
      staff_id TEXT,
      attached_at BIGINT NOT NULL,
      erased_at BIGINT,
      erased_reason TEXT
    )
    """,
    "CREATE INDEX attachment_request ON attachment (request_id, id)",
    "CREATE INDEX attachment_sha256 ON attachment (sha256, id) WHERE erased_at IS NULL")
}
