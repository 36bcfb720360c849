import Persistence

/// How one kind of stream is found: what its document is made of, and how a hit shows.
struct SearchKind: Sendable {
  /// What stands before the slash of the stream's name.
  let kind: String
  let index: SearchIndex
  /// `type` of a hit; also its rank among equals.
  let rank: Int
  /// Columns of the document in this order.
  let parts: [SearchDocument.Part]
  /// `SELECT id, columns… FROM … WHERE t.id IN ({ids})`; NULL for all columns where it is archived.
  let documents: String
  /// `SELECT id, number, title, snippet FROM … WHERE t.id IN ({ids}) {own}`.
  let hits: String
  /// The column that says whose it is; nil: nobody outside the company finds it.
  let customer: String?
  /// What shows this one's name: table, column.
  let shownBy: [(stream: String, table: String, column: String)]

  static let all: [SearchKind] = [customer, equipment, contact, site, model, staff, department, branch, request]
  static let byKind = Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })

  static let customer = SearchKind(
    kind: "customer", index: .records, rank: 0, parts: [.title, .reading, .title, .text, .long, .serial],
    documents:
      "SELECT t.id, t.id, t.name, t.pinyin, t.short_name, t.district, t.address, t.uscc FROM customer t WHERE t.archived = 0 AND t.id IN ({ids})",
    hits: "SELECT t.id, NULL, t.name, t.address FROM customer t WHERE t.id IN ({ids}) {own}", customer: "t.id",
    shownBy: [
      ("site", "site", "customer"), ("department", "department", "customer"), ("contact", "contact", "customer"),
      ("equipment", "equipment", "customer"), ("request", "request", "customer_id"),
    ])

  static let equipment = SearchKind(
    kind: "equipment", index: .records, rank: 1, parts: [.serial, .serial, .text, .reading, .text, .text, .reading, .long, .long],
    documents: """
      SELECT t.id, t.customer, t.serial_number, t.udi, m.name, m.pinyin, m.category, c.name, c.pinyin, s.name, d.name FROM equipment t
      LEFT JOIN model m ON m.id = t.model LEFT JOIN customer c ON c.id = t.customer LEFT JOIN site s ON s.id = t.site
      LEFT JOIN department d ON d.id = t.department WHERE t.archived = 0 AND t.id IN ({ids})
      """,
    hits: """
      SELECT t.id, t.serial_number, m.name, c.name FROM equipment t LEFT JOIN model m ON m.id = t.model
      LEFT JOIN customer c ON c.id = t.customer WHERE t.id IN ({ids}) {own}
      """, customer: "t.customer", shownBy: [])

  static let contact = SearchKind(
    kind: "contact", index: .records, rank: 2, parts: [.person, .phone, .long, .text, .reading, .text],
    documents: """
      SELECT t.id, t.customer, n.value, p.value, e.value, c.name, c.pinyin, d.name FROM contact t LEFT JOIN personal n ON n.hash = t.name
      LEFT JOIN personal p ON p.hash = t.phone LEFT JOIN personal e ON e.hash = t.email LEFT JOIN customer c ON c.id = t.customer
      LEFT JOIN department d ON d.id = t.department WHERE t.archived = 0 AND n.value IS NOT NULL AND t.id IN ({ids})
      """,
    hits: """
      SELECT t.id, p.value, n.value, c.name FROM contact t LEFT JOIN personal n ON n.hash = t.name
      LEFT JOIN personal p ON p.hash = t.phone LEFT JOIN customer c ON c.id = t.customer WHERE t.id IN ({ids}) {own}
      """, customer: "t.customer", shownBy: [])

  static let site = SearchKind(
    kind: "site", index: .records, rank: 3, parts: [.title, .reading, .long, .text, .text, .reading],
    documents: """
      SELECT t.id, t.customer, t.name, t.pinyin, t.address, t.district, c.name, c.pinyin FROM site t LEFT JOIN customer c ON c.id = t.customer
      WHERE t.archived = 0 AND t.id IN ({ids})
      """,
    hits: "SELECT t.id, NULL, t.name, c.name FROM site t LEFT JOIN customer c ON c.id = t.customer WHERE t.id IN ({ids}) {own}",
    customer: "t.customer", shownBy: [("equipment", "equipment", "site")])

  static let model = SearchKind(
    kind: "model", index: .records, rank: 4, parts: [.title, .reading, .text, .text, .serial],
    documents:
      "SELECT t.id, NULL, t.name, t.pinyin, t.manufacturer, t.category, t.udi FROM model t WHERE t.archived = 0 AND t.id IN ({ids})",
    hits: "SELECT t.id, NULL, t.name, t.manufacturer FROM model t WHERE t.id IN ({ids}) {own}", customer: nil,
    shownBy: [("equipment", "equipment", "model")])

  static let staff = SearchKind(
    kind: "staff", index: .records, rank: 5, parts: [.person, .phone, .serial, .text],
    documents: """
      SELECT t.id, NULL, n.value, p.value, t.badge_number, b.name FROM staff t LEFT JOIN personal n ON n.hash = t.name
      LEFT JOIN personal p ON p.hash = t.phone LEFT JOIN branch b ON b.id = t.branch
      WHERE t.archived = 0 AND n.value IS NOT NULL AND t.id IN ({ids})
      """,
    hits: """
      SELECT t.id, t.badge_number, n.value, b.name FROM staff t LEFT JOIN personal n ON n.hash = t.name
      LEFT JOIN branch b ON b.id = t.branch WHERE t.id IN ({ids}) {own}
      """, customer: nil, shownBy: [])

  static let department = SearchKind(
    kind: "department", index: .records, rank: 6, parts: [.title, .reading, .text, .reading, .long],
    documents: """
      SELECT t.id, t.customer, t.name, t.pinyin, c.name, c.pinyin, s.name FROM department t LEFT JOIN customer c ON c.id = t.customer
      LEFT JOIN site s ON s.id = t.site WHERE t.archived = 0 AND t.id IN ({ids})
      """,
    hits: "SELECT t.id, NULL, t.name, c.name FROM department t LEFT JOIN customer c ON c.id = t.customer WHERE t.id IN ({ids}) {own}",
    customer: "t.customer", shownBy: [("contact", "contact", "department"), ("equipment", "equipment", "department")])

  static let branch = SearchKind(
    kind: "branch", index: .records, rank: 7, parts: [.title, .text, .text, .phone],
    documents: "SELECT t.id, NULL, t.name, t.code, t.district, t.phone FROM branch t WHERE t.archived = 0 AND t.id IN ({ids})",
    hits: "SELECT t.id, t.code, t.name, t.address FROM branch t WHERE t.id IN ({ids}) {own}", customer: nil,
    shownBy: [("staff", "staff", "branch")])

  static let request = SearchKind(
    kind: "request", index: .cases, rank: 8, parts: [.number, .text, .long, .text, .reading, .text, .reading, .long],
    documents: """
      SELECT t.id, t.customer_id, t.number, t.summary, t.description, c.name, c.pinyin, m.name, m.pinyin, e.serial_number FROM request t
      LEFT JOIN customer c ON c.id = t.customer_id LEFT JOIN equipment e ON e.id = t.equipment_id LEFT JOIN model m ON m.id = e.model
      WHERE t.id IN ({ids})
      """,
    hits: "SELECT t.id, t.number, t.summary, t.state FROM request t WHERE t.id IN ({ids}) {own}", customer: "t.customer_id", shownBy: [])

  /// Documents of these, by id; one that is not there any more is left out.
  func documents(of ids: [String], in db: any SQLReader) throws -> [String: SearchDocument] {
    guard !ids.isEmpty else { return [:] }
    let marks = ids.map { _ in "?" }.joined(separator: ", ")
    var made: [String: SearchDocument] = [:]
    try db.forEach(documents.replacing("{ids}", with: marks), ids.map { .text($0) }) { row in
      var document = SearchDocument()
      if customer != nil, let owner = row.optionalText(1) { document.add(.tag, SearchTerms.tag(customer: owner)) }
      for (index, part) in parts.enumerated() { document.add(part, row.optionalText(index + 2)) }
      made[row.text(0)] = document
      return true
    }
    guard kind == "request" else { return made }
    let trips = "SELECT request_id, engineer_id, partner FROM work_order WHERE request_id IN (\(marks)) ORDER BY request_id, id"
    try db.forEach(trips, ids.map { .text($0) }) { row in
      made[row.text(0)]?.add(.tag, SearchTerms.tag(engineer: row.text(1)))
      if let partner = row.optionalText(2) { made[row.text(0)]?.add(.tag, SearchTerms.tag(partner: partner)) }
      return true
    }
    return made
  }
}
