/// Every personal row: its value and salt still give its hash, or it was erased.
struct PersonalPass: Sendable {
  var report = VerifyReport()
  /// Rows without value, and whose they are: that stream has to say that they were forgotten.
  var erased: [String: String] = [:]
  private var last = ""
  private static let pageSize = 5_000

  func run(_ database: any SQLDatabase) async throws -> PersonalPass {
    var pass = self
    var before = -1
    do {
      while pass.report.personal > before {
        before = pass.report.personal
        pass = try await database.read { [pass] db in
          var pass = pass
          try pass.page(db)
          return pass
        }
      }
    } catch DatabaseError.damaged(let message) {
      pass.report.add(.damaged(message, "in table personal after \(pass.last)"))
    }
    return pass
  }

  private mutating func page(_ db: any SQLReader) throws {
    var pass = self
    let sql = "SELECT hash, value, salt, erased, subject FROM personal WHERE hash > ? ORDER BY hash LIMIT ?"
    var input = HashInput()
    try db.forEach(sql, [.text(last), .int(Self.pageSize)]) { row in
      pass.report.personal += 1
      pass.last = row.text(0)
      switch (row.source.bytes(1), row.blob(2), row.optionalInteger(3)) {
      case (let value?, let salt?, nil):
        input.removeAll()
        input.append(salt)
        input.append(value)
        if Hex.text(input.digest) != pass.last { pass.add("The value or its salt is not the one that was recorded.", of: row.text(4)) }
      case (nil, nil, .some): pass.erased[pass.last] = row.text(4)
      default: pass.add("The row is neither whole nor erased.", of: row.text(4))
      }
      return true
    }
    self = pass
  }

  private mutating func add(_ message: String, of subject: String) {
    report.add(Finding(.personal, stream: subject, table: "personal", key: last, message))
  }
}
