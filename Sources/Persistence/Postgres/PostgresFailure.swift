import CPostgres

/// What went wrong at the server, or on the way to it.
struct PostgresFailure: Error {
  /// SQLSTATE, five characters; empty where the connection itself failed.
  let state: String
  let message: String
  /// Of a row that a unique index refused: `contact.phone`.
  var key: String?

  /// Another transaction was in the way: this one runs again.
  var canRunAgain: Bool { state == "40001" || state == "40P01" }
  /// A row was there that this transaction's state of the database does not show yet, perhaps: the next run sees it.
  var isPerhapsLate: Bool { state == "23505" }
  /// Nothing more comes from this connection.
  var isConnectionLost: Bool { state.isEmpty || state.hasPrefix("08") || state == "57P01" || state == "57P02" || state == "57P03" }

  init(state: String, message: String) { (self.state, self.message) = (state, message) }

  init(_ result: OpaquePointer?, _ connection: OpaquePointer) {
    state = Self.field(result, PG_DIAG_SQLSTATE) ?? ""
    message = Self.field(result, PG_DIAG_MESSAGE_PRIMARY) ?? String(cString: PQerrorMessage(connection)).firstLine
    if state == "23505" {
      let table = Self.field(result, PG_DIAG_TABLE_NAME) ?? ""
      key = Self.columns(Self.field(result, PG_DIAG_MESSAGE_DETAIL) ?? "").map { "\(table).\($0)" }.joined(separator: ", ")
    }
  }

  /// In the words both engines share.
  var translated: DatabaseError {
    switch state {
    case "23505": .notUnique(key ?? message)
    case "23503": .noSuchReference(message)
    case "53100": .diskFull
    case "25006", "42501": .readOnly
    case "XX001", "XX002": .damaged(message)
    case "58030": .inputOutput(message)
    case "57014", "55P03", "53300", "53200", "40001", "40P01": .busy(retryAfter: 1)
    default: isConnectionLost ? .unreachable(message) : .other("\(message) (PostgreSQL \(state))")
    }
  }

  private static func field(_ result: OpaquePointer?, _ code: Int32) -> String? {
    PQresultErrorField(result, code).map { String(cString: $0) }
  }

  /// The columns in `Key (customer, COALESCE(site, ''::text), name)=(…) already exists.`; never the values, which may be a person's.
  private static func columns(_ detail: String) -> [Substring] {
    guard let open = detail.firstIndex(of: "("), let close = detail.firstIndex(of: "=") else { return [] }
    return detail[detail.index(after: open)..<close].dropLast().split(separator: ",").map { $0.drop { $0 == " " } }
  }
}

extension Int32 {
  fileprivate init(ascii character: Character) { self = Int32(character.asciiValue ?? 0) }
}

// The C header has these as character literals, which do not come over.
private let PG_DIAG_SQLSTATE = Int32(ascii: "C")
private let PG_DIAG_MESSAGE_PRIMARY = Int32(ascii: "M")
private let PG_DIAG_MESSAGE_DETAIL = Int32(ascii: "D")
private let PG_DIAG_TABLE_NAME = Int32(ascii: "t")

extension String {
  fileprivate var firstLine: String { String(split(separator: "\n", maxSplits: 1).first ?? "") }
}
