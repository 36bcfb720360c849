import GRDB
import GRDBSQLite

/// What a result code of SQLite means to us.
enum SQLiteFailure {
  /// The failure the connection just met.
  static func last(_ connection: OpaquePointer) -> DatabaseError {
    error(code: sqlite3_extended_errcode(connection), message: String(cString: sqlite3_errmsg(connection)))
  }

  /// - Parameter code: an extended result code; its low byte is the primary code.
  static func error(code: Int32, message: String) -> DatabaseError {
    switch code {
    case SQLITE_CONSTRAINT | 8 << 8, SQLITE_CONSTRAINT | 6 << 8, SQLITE_CONSTRAINT | 10 << 8:  // UNIQUE, PRIMARYKEY, ROWID
      return .notUnique(detail(of: message))
    case SQLITE_CONSTRAINT | 3 << 8:  // FOREIGNKEY
      return .noSuchReference(message)
    default: break
    }
    switch code & 0xff {
    case SQLITE_FULL: return .diskFull
    case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: return .readOnly
    case SQLITE_CORRUPT, SQLITE_NOTADB: return .damaged(message)
    case SQLITE_IOERR: return .inputOutput(message)
    case SQLITE_BUSY, SQLITE_LOCKED: return .busy(retryAfter: 1)
    default: return .other("\(message) (SQLite \(code))")
    }
  }

  /// GRDB opens connections, so its errors reach us from there.
  static func translate(_ error: any Error) -> any Error {
    guard let error = error as? GRDB.DatabaseError else { return error }
    return SQLiteFailure.error(code: error.extendedResultCode.rawValue, message: error.message ?? "no message")
  }

  /// `UNIQUE constraint failed: contact.phone` names its columns after the colon.
  private static func detail(of message: String) -> String {
    guard let colon = message.firstIndex(of: ":") else { return message }
    return String(message[message.index(after: colon)...].drop { $0 == " " })
  }
}
