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
  /// `SELECT id, owner, columns… FROM … WHERE t.id IN ({ids})`; what was merged into another record is found by that one.
  let documents: String
  /// `SELECT id, number, title, snippet FROM … WHERE t.id IN ({ids}) {own}`; where there are archived ones, `archived` is the fifth.
  let hits: String
  /// The column that says whose it is; nil: nobody outside the company finds it.
  let customer: String?
  /// What shows this one's name, in the order in which it is brought up to date.
  let shownBy: [Place]

  /// A column that refers to the renamed record, and an index that walks what does in pieces: by id, or by a number and the id.
  struct Place: Sendable {
    let table: String
    let column: String
    var number: String?

    init(_ table: String, _ column: String, by number: String? = nil) { (self.table, self.column, self.number) = (table, column, number) }
  }

  static let all: [SearchKind] = [customer, equipment, contact, site, model, staff, department, branch, request]
  static let byKind = Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })

  static let customer = SearchKind(
    kind: "customer", index: .records, rank: 0, parts: [.title, .reading, .title, .text, .long, .serial],
    documents:
      "SELECT t.id, t.id, t.name, t.pinyin, t.short_name, t.district, t.address, t.uscc FROM customer t WHERE t.merged_into IS NULL AND t.id IN ({ids})",
    hits: "SELECT t.id, NULL, t.name, t.address, t.archived FROM customer t WHERE t.id IN ({ids}) {own}", customer: "t.id",
    shownBy: [
      Place("site", "customer"), Place("department", "customer"), Place("contact", "customer"), Place("equipment", "customer"),
      Place("request", "customer_id", by: "reported_at"),
    ])

  static let equipment = SearchKind(
    kind: "equipment", index: .records, rank: 1, parts: [.serial, .serial, .text, .reading, .text, .text, .reading, .long, .long],
    documents: """
      SELECT t.id, t.customer, t.serial_number, t.udi, m.name, m.pinyin, m.category, c.name, c.pinyin, s.name, d.name FROM equipment t
      LEFT JOIN model m ON m.id = t.model LEFT JOIN customer c ON c.id = t.customer LEFT JOIN site s ON s.id = t.site
      LEFT JOIN department d ON d.id = t.department WHERE t.merged_into IS NULL AND t.id IN ({ids})
      """,
    hits: """
      SELECT t.id, t.serial_number, m.name, c.name, t.archived FROM equipment t LEFT JOIN model m ON m.id = t.model
      LEFT JOIN customer c ON c.id = t.customer WHERE t.id IN ({ids}) {own}
      """, customer: "t.customer", shownBy: [Place("request", "equipment_id", by: "reported_at")])

  static let contact = SearchKind(
    kind: "contact", index: .records, rank: 2, parts: [.person, .phone, .long, .text, .reading, .text],
    documents: """
      SELECT t.id, t.customer, n.value, p.value, e.value, c.name, c.pinyin, d.name FROM contact t LEFT JOIN personal n ON n.hash = t.name
      LEFT JOIN personal p ON p.hash = t.phone LEFT JOIN personal e ON e.hash = t.email LEFT JOIN customer c ON c.id = t.customer
      LEFT JOIN department d ON d.id = t.department WHERE n.value IS NOT NULL AND t.id IN ({ids})
      """,
    hits: """
      SELECT t.id, p.value, n.value, c.name, t.archived FROM contact t LEFT JOIN personal n ON n.hash = t.name
      LEFT JOIN personal p ON p.hash = t.phone LEFT JOIN customer c ON c.id = t.customer WHERE t.id IN ({ids}) {own}
      """, customer: "t.customer", shownBy: [])

  static let site = SearchKind(
    kind: "site", index: .records, rank: 3, parts: [.title, .reading, .long, .text, .text, .reading],
    documents: """
      SELECT t.id, t.customer, t.name, t.pinyin, t.address, t.district, c.name, c.pinyin FROM site t LEFT JOIN customer c ON c.id = t.customer
      WHERE t.merged_into IS NULL AND t.id IN ({ids})
      """,
    hits: "SELECT t.id, NULL, t.name, c.name, t.archived FROM site t LEFT JOIN customer c ON c.id = t.customer WHERE t.id IN ({ids}) {own}",
    customer: "t.customer", shownBy: [Place("equipment", "site")])

  static let model = SearchKind(
    kind: "model", index: .records, rank: 4, parts: [.title, .reading, .text, .text, .serial],
    documents:
      "SELECT t.id, NULL, t.name, t.pinyin, t.manufacturer, t.category, t.udi FROM model t WHERE t.id IN ({ids})",
    hits: "SELECT t.id, NULL, t.name, t.manufacturer, t.archived FROM model t WHERE t.id IN ({ids}) {own}", customer: nil,
    shownBy: [Place("equipment", "model")])

  static let staff = SearchKind(
    kind: "staff", index: .records, rank: 5, parts: [.person, .phone, .serial, .text],
    documents: """
      SELECT t.id, NULL, n.value, p.value, t.badge_number, b.name FROM staff t LEFT JOIN personal n ON n.hash = t.name
      LEFT JOIN personal p ON p.hash = t.phone LEFT JOIN branch b ON b.id = t.branch
      WHERE n.value IS NOT NULL AND t.id IN ({ids})
      """,
    hits: """
      SELECT t.id, t.badge_number, n.value, b.name, t.archived FROM staff t LEFT JOIN personal n ON n.hash = t.name
      LEFT JOIN branch b ON b.id = t.branch WHERE t.id IN ({ids}) {own}
      """, customer: nil, shownBy: [])

  static let department = SearchKind(
    kind: "department", index: .records, rank: 6, parts: [.title, .reading, .text, .reading, .long],
    documents: """
      SELECT t.id, t.customer, t.name, t.pinyin, c.name, c.pinyin, s.name FROM department t LEFT JOIN customer c ON c.id = t.customer
      LEFT JOIN site s ON s.id = t.site WHERE t.merged_into IS NULL AND t.id IN ({ids})
      """,
    hits:
      "SELECT t.id, NULL, t.name, c.name, t.archived FROM department t LEFT JOIN customer c ON c.id = t.customer WHERE t.id IN ({ids}) {own}",
    customer: "t.customer", shownBy: [Place("contact", "department"), Place("equipment", "department")])

  static let branch = SearchKind(
    kind: "branch", index: .records, rank: 7, parts: [.title, .text, .text, .phone],
    documents: "SELECT t.id, NULL, t.name, t.code, t.district, t.phone FROM branch t WHERE t.id IN ({ids})",
    hits: "SELECT t.id, t.code, t.name, t.address, t.archived FROM branch t WHERE t.id IN ({ids}) {own}", customer: nil,
    shownBy: [Place("staff", "branch")])

  static let request = SearchKind(
    kind: "request", index: .cases, rank: 8, parts: [.number, .text, .long, .text, .reading, .text, .reading, .long, .text, .long],
    // What was merged is found by its own name and number too.
    documents: """
      SELECT t.id, t.customer_id, t.number, t.summary, t.description, c.name, c.pinyin, m.name, m.pinyin, e.serial_number,
        CASE WHEN told.merged_into IS NULL THEN NULL ELSE told.name END,
        CASE WHEN machine.merged_into IS NULL THEN NULL ELSE machine.serial_number END
      FROM request t
      LEFT JOIN customer told ON told.id = t.customer_id LEFT JOIN customer c ON c.id = COALESCE(told.merged_into, told.id)
      LEFT JOIN equipment machine ON machine.id = t.equipment_id
      LEFT JOIN equipment e ON e.id = COALESCE(machine.merged_into, machine.id) LEFT JOIN model m ON m.id = e.model
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
    if index == .records {
      for id in made.keys { made[id]?.add(.tag, SearchTerms.tag(kind: kind)) }
      for id in try archived(ids, in: db) { made[id]?.add(.tag, SearchTerms.archived) }
    }
    for former in try formerly(ids, in: db) {
      for (part, text) in former.parts { made[former.into]?.add(part, text) }
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

  private func archived(_ ids: [String], in db: any SQLReader) throws -> [String] {
    let these = OneOf("id", ids)
    return try db.rows("SELECT id FROM \(kind) WHERE \(these.condition) AND archived = 1", these.values) { $0.text(0) }
  }

  struct Former: Sendable {
    let into: String
    /// What it was called: a name or a serial number.
    let name: String
    let parts: [(SearchDocument.Part, String?)]
  }

  /// What was merged into these: they are found by those names and numbers too.
  func formerly(_ ids: [String], in db: any SQLReader) throws -> [Former] {
    guard !ids.isEmpty else { return [] }
    let these = OneOf("merged_into", ids)
    switch kind {
    case "customer", "site", "department":
      let short = kind == "customer" ? "short_name" : "NULL"
      return try db.rows(
        "SELECT merged_into, name, pinyin, \(short) FROM \(kind) WHERE \(these.condition) ORDER BY merged_into, id", these.values
      ) { row in
        let name = row.optionalText(1) ?? ""
        return Former(
          into: row.text(0), name: name, parts: [(.title, name), (.reading, row.optionalText(2)), (.title, row.optionalText(3))])
      }
    case "equipment":
      return try db.rows(
        "SELECT merged_into, serial_number FROM equipment WHERE \(these.condition) ORDER BY merged_into, id", these.values
      ) { Former(into: $0.text(0), name: $0.optionalText(1) ?? "", parts: [(.serial, $0.optionalText(1))]) }
    default: return []
    }
  }
}
