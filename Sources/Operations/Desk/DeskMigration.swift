import Persistence

extension Migration {
  /// What the desk asks during a call, and what it keeps of a form that is not sent yet. Merged: it never changes.
  static let desk = Migration(
    "0028-desk", tables: ["desk_draft": .operational],
    """
    CREATE TABLE desk_draft (
      staff TEXT NOT NULL, -- whose; nobody else reads it
      id TEXT NOT NULL, -- the form's key: the case is made under it
      body TEXT NOT NULL, -- DeskDraft as JSON
      changed BIGINT NOT NULL, -- UTC milliseconds
      PRIMARY KEY (staff, id)
    )
    """,
    "CREATE INDEX desk_draft_changed ON desk_draft (changed)",
    // Of a hospital with ten thousand ended cases the few open ones.
    "CREATE INDEX request_open_customer ON request (customer_id, reported_at, id) WHERE open = 1")
}
