import Persistence

extension Migration {
  /// Orders that lists are shown in: a unique index has no second column to go on by, and empty values are not unique. And files that
  /// people send to be imported. Merged: it never changes.
  static let registerLists = Migration(
    "0029-register-lists", tables: ["import_job": .operational],
    "CREATE INDEX branch_code_id ON branch (code, id)", "CREATE INDEX customer_name_id ON customer (name, id)",
    "CREATE INDEX site_name_id ON site (name, id)", "CREATE INDEX department_name_id ON department (name, id)",
    "CREATE INDEX model_name_id ON model (name, id)", "CREATE INDEX equipment_serial_number_id ON equipment (serial_number, id)",
    """
    CREATE TABLE import_job (
      id TEXT NOT NULL PRIMARY KEY,
      kind TEXT NOT NULL, -- ImportKind
      name TEXT NOT NULL, -- the file's, as its sender called it
      hash TEXT NOT NULL, -- SHA-256 of the file; how far it is applied stands in import_run
      staff TEXT NOT NULL, -- whose it is, and with whose rights it is read
      state TEXT NOT NULL, -- ImportJob.State
      skip_bad BOOLEAN NOT NULL,
      lines BIGINT NOT NULL, -- of data; 0 while nobody has counted them
      report TEXT, -- JSON: what the check found, or what came of it
      created BIGINT NOT NULL, -- UTC milliseconds
      moved BIGINT NOT NULL,
      holder TEXT, -- the node that is at it
      held_until BIGINT NOT NULL
    )
    """,
    "CREATE INDEX import_job_state ON import_job (state, created)", "CREATE INDEX import_job_staff ON import_job (staff, created)",
    "CREATE INDEX import_job_created ON import_job (created)")
}
