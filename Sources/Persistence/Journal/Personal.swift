import Crypto

/// Values of people. The event holds SHA-256(salt ‖ value); value and salt lie here until they are erased.
public enum Personal {
  /// Stores a value under a new 32-byte salt; answers the hash that goes into the event (64 hex digits).
  ///
  /// - Parameters:
  ///   - subject: whose it is: the stream it belongs to, such as `contact/ID` or `request/ID`.
  ///   - field: `name`, `phone`, `email`, `signature`.
  public static func store(_ value: String, subject: String, field: String, salt: [UInt8], in db: any SQLWriter) throws -> String {
    let new = PersonalValue(value, subject: subject, field: field, salt: salt)
    try db.execute("INSERT INTO personal (\(PersonalValue.columns.joined(separator: ", "))) VALUES (?, ?, ?, ?, ?)", new.row)
    return new.hash
  }

  /// Stores many at once.
  public static func store(_ values: [PersonalValue], in db: any SQLWriter) throws {
    try db.insert(values.map(\.row), into: "personal", columns: PersonalValue.columns)
  }

  /// nil when it was erased, or was never there.
  public static func value(_ hash: String, in db: any SQLReader) throws -> String? {
    try db.rows("SELECT value FROM personal WHERE hash = ?", [.text(hash)]) { $0.optionalText(0) }.first ?? nil
  }

  /// The values still there, by hash.
  public static func values(_ hashes: some Sequence<String>, in db: any SQLReader) throws -> [String: String] {
    var found: [String: String] = [:]
    for hash in Set(hashes) {
      if let value = try value(hash, in: db) { found[hash] = value }
    }
    return found
  }

  /// The subjects that have this value in this field: who calls from this number.
  public static func subjects(field: String, value: String, limit: Int = 50, in db: any SQLReader) throws -> [String] {
    let sql = "SELECT DISTINCT subject FROM personal WHERE field = ? AND field <> 'signature' AND value = ? ORDER BY subject LIMIT ?"
    return try db.rows(sql, [.text(field), .text(value), .int(limit)]) { $0.text(0) }
  }

  /// The hashes of a value, for joining to what holds them.
  public static func hashes(field: String, value: String, limit: Int = 200, in db: any SQLReader) throws -> [String] {
    let sql = "SELECT hash FROM personal WHERE field = ? AND field <> 'signature' AND value = ? ORDER BY hash LIMIT ?"
    return try db.rows(sql, [.text(field), .text(value), .int(limit)]) { $0.text(0) }
  }

  /// What is kept of one subject and not erased.
  public static func hashes(of subject: String, in db: any SQLReader) throws -> [(hash: String, field: String)] {
    let sql = "SELECT hash, field FROM personal WHERE subject = ? AND erased IS NULL ORDER BY hash"
    return try db.rows(sql, [.text(subject)]) { ($0.text(0), $0.text(1)) }
  }

  /// Value and salt go, the hash stays, so the record stands whole. The journal needs a `forgotten` event that names
  /// the hashes, else `verify` finds them.
  ///
  /// - Parameter erased: UTC milliseconds.
  /// - Returns: how many were there to erase.
  @discardableResult
  public static func erase(_ hashes: some Sequence<String>, at erased: Int64, in db: any SQLWriter) throws -> Int {
    try hashes.reduce(0) { count, hash in
      let sql = "UPDATE personal SET value = NULL, salt = NULL, erased = ? WHERE hash = ? AND erased IS NULL"
      return count + (try db.execute(sql, [.integer(erased), .text(hash)]))
    }
  }

  /// SHA-256 over the salt, then the value's UTF-8.
  static func hash(of value: String, salt: [UInt8]) -> String {
    var input = HashInput(capacity: salt.count + value.utf8.count)
    input.append(salt)
    input.append(value.utf8)
    return Hex.text(input.digest)
  }
}

/// A value of a person before it is stored, with the hash that goes into the event.
public struct PersonalValue: Sendable, Hashable {
  public let hash: String
  let subject, field, value: String
  let salt: [UInt8]

  /// - Parameter salt: 32 bytes of its own.
  public init(_ value: String, subject: String, field: String, salt: [UInt8]) {
    (self.value, self.subject, self.field, self.salt) = (value, subject, field, salt)
    hash = Personal.hash(of: value, salt: salt)
  }

  static let columns = ["hash", "subject", "field", "value", "salt"]
  var row: [SQLValue] { [.text(hash), .text(subject), .text(field), .text(value), .blob(salt)] }
}
