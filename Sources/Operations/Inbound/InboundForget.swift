import Domain
import Persistence

/// Where what came in names a person who is to be forgotten.
enum InboundForget {
  /// The cases that came from these addresses, as streams.
  static func cases(from senders: Set<String>, in db: any SQLReader) throws -> [String] {
    try senders.sorted().flatMap { sender in
      try db.rows("SELECT DISTINCT request_id FROM inbound WHERE sender = ? AND request_id IS NOT NULL", [.text(sender)]) {
        "request/\($0.text(0))"
      }
    }
  }

  /// As the senders of these addresses called themselves in a case.
  static func names(in stream: String, from senders: Set<String>, in db: any SQLReader) throws -> Set<String> {
    guard !senders.isEmpty else { return [] }
    let id = String(stream.dropFirst("request/".count))
    return Set(
      try db.rows(
        "SELECT sender, sender_name FROM inbound WHERE request_id = ? AND sender IS NOT NULL AND sender_name IS NOT NULL", [.text(id)]
      ) { senders.contains($0.text(0)) ? $0.text(1) : nil }.compactMap(\.self))
  }

  /// Every sender that is this person: their addresses, and who wrote in their cases under one of their names.
  static func senders(_ search: ForgetSearch, cases: Set<String>, in db: any SQLReader) throws -> Set<String> {
    var found: Set<String> = []
    for sender in search.senders {
      if try db.first("SELECT 1 FROM inbound WHERE sender = ? LIMIT 1", [.text(sender)], { _ in true }) != nil { found.insert(sender) }
    }
    for stream in cases {
      let names = try search.values(of: stream, in: db).names
      try db.forEach(
        "SELECT sender, sender_name FROM inbound WHERE request_id = ? AND sender IS NOT NULL",
        [.text(String(stream.dropFirst("request/".count)))]
      ) { row in
        if names.contains(row.text(1)) { found.insert(row.text(0)) }
        return true
      }
    }
    return found
  }

  static func count(of senders: Set<String>, in db: any SQLReader) throws -> Int {
    try senders.reduce(0) { count, sender in
      count + (try db.first("SELECT COUNT(*) FROM inbound WHERE sender = ?", [.text(sender)]) { $0.int(0) } ?? 0)
    }
  }
}
