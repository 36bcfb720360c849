/// Why the database did not do it. Nothing of the write stands, but where the case says otherwise.
public enum DatabaseError: Error, Sendable, Hashable {
  /// The queue of waiting writes is full: try again after so many seconds.
  case busy(retryAfter: Int)
  /// The disk is full.
  case diskFull
  /// The file or its folder may not be written.
  case readOnly
  /// A page is damaged: the file needs `weibao verify`, and a restore.
  case damaged(String)
  /// A unique index refused the row: its table and columns as the engine names them, `contact.phone`.
  case notUnique(String)
  /// Another transaction was faster, and was so again each time this one ran anew.
  case outrun
  /// A reference names no row.
  case noSuchReference(String)
  /// The server cannot be reached, or does not let us in; in its words, without the password.
  case unreachable(String)
  /// The server went away at the commit, and what was asked could not be found afterwards: it may stand, or not.
  case unknownOutcome
  /// The disk failed to read or write.
  case inputOutput(String)
  case other(String)
}
