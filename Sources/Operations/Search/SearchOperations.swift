import Domain
import Persistence

/// The exact keys a caller reads out: a number, a serial number, a phone number, the beginning of a customer's name (INT-3).
/// Search by any two characters and by pinyin is the registers' own issue.
public struct SearchOperations: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  public struct Hit: Sendable, JSONWritable {
    public let type, id, title: String
    public let number, snippet: String?

    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("type", type)
        json.field("id", id)
        json.field("number", number)
        json.field("title", title)
        json.field("snippet", snippet)
      }
    }
  }

  public struct Result: Sendable, JSONWritable {
    public let items: [Hit]
    /// There was more than is shown.
    public let more: Bool

    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.array("items", items) { $0.value($1) }
        json.field("more", more)
      }
    }
  }

  public static let limit = 20

  /// - Parameter query: 1 to 100 characters. Outsiders find only what is theirs.
  public func search(_ query: String, by actor: Actor) async throws -> Result {
    let scope = try actor.require(.requestRead)
    let words = query.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard (1...100).contains(words.count) else {
      throw InputRefusal.field("q", "Give 1 to 100 characters to look for.", code: "field.search")
    }
    let own = scope == .customer ? actor.customer?.text ?? "" : nil
    let result = try await company.database.read { db -> Result in
      var hits: [Hit] = []
      func hit(_ type: String) -> (borrowing SQLRow) throws -> Hit {
        { row in Hit(type: type, id: row.text(0), title: row.text(2), number: row.optionalText(1), snippet: row.optionalText(3)) }
      }
      func run(_ sql: String, _ values: [SQLValue], customer column: String, _ type: String) throws {
        let condition = own == nil ? "" : "AND \(column) = ?"
        let sql = sql.replacing("{own}", with: condition)
        hits += try db.rows("\(sql) LIMIT \(Self.limit + 1)", values + (own.map { [.text($0)] } ?? []), hit(type))
      }
      if scope == .involved {
        hits += try db.rows(
          """
          SELECT w.id, w.number, r.summary, w.state FROM work_order w JOIN request r ON r.id = w.request_id
          WHERE (w.number = ? OR w.request_number = ?) AND (w.engineer_id = ? OR w.partner = ?) LIMIT 5
          """, [.text(words), .text(words), .text(actor.staff?.text ?? ""), .text(actor.partner ?? "")], hit("work-order"))
        return Result(items: hits, more: false)
      }
      try run(
        "SELECT id, number, summary, state FROM request r WHERE number = ? {own}", [.text(words)], customer: "r.customer_id", "request")
      try run(
        """
        SELECT w.id, w.number, r.summary, w.state FROM work_order w JOIN request r ON r.id = w.request_id WHERE w.number = ? {own}
        """, [.text(words)], customer: "r.customer_id", "work-order")
      try run(
        """
        SELECT e.id, e.serial_number, m.name, c.name FROM equipment e LEFT JOIN model m ON m.id = e.model
        LEFT JOIN customer c ON c.id = e.customer WHERE e.serial_number = ? {own}
        """, [.text(words)], customer: "e.customer", "equipment")
      try run(
        """
        SELECT c.id, p.value, n.value, k.name FROM personal p JOIN contact c ON c.phone = p.hash
        LEFT JOIN personal n ON n.hash = c.name LEFT JOIN customer k ON k.id = c.customer
        WHERE p.field = 'phone' AND p.field <> 'signature' AND p.value = ? {own}
        """, [.text(words)], customer: "c.customer", "contact")
      if own == nil {
        let after = words + "\u{10FFFF}"
        try run(
          "SELECT id, NULL, name, address FROM customer WHERE name >= ? AND name < ? ORDER BY name", [.text(words), .text(after)],
          customer: "id", "customer")
      }
      return Result(items: Array(hits.prefix(Self.limit)), more: hits.count > Self.limit)
    }
    for hit in result.items where hit.type == "contact" {
      company.views.note(.personalView, what: "contact/\(hit.id)", by: actor, at: try company.clock())
    }
    return result
  }
}
