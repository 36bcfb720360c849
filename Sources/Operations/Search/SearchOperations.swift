import Domain
import Persistence

/// What a caller says, and what the office looks for: numbers, names, phone and serial numbers, words of a fault, in characters,
/// pinyin or initials (INT-3).
public struct SearchOperations: Sendable {
  let company: Company
  let indexer: SearchIndexer

  public init(_ company: Company) { (self.company, indexer) = (company, SearchIndexer(company)) }

  public struct Hit: Sendable, Hashable, JSONWritable {
    public let type, id, title: String
    public let number: String?
    public internal(set) var snippet: String?
    /// Out of use.
    public var archived = false
    /// The name or number of a record that was merged into this one, where that is what was looked for.
    public internal(set) var formerly: String?

    public init(type: String, id: String, title: String, number: String?, snippet: String?, archived: Bool = false) {
      (self.type, self.id, self.title, self.number, self.snippet) = (type, id, title, number, snippet)
      self.archived = archived
    }

    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("type", type)
        json.field("id", id)
        json.field("number", number)
        json.field("title", title)
        json.field("snippet", Self.snippet([formerly.map { "formerly \($0)" }, snippet]))
        if archived { json.field("archived", true) }
      }
    }

    static func snippet(_ parts: [String?]) -> String? {
      let texts = parts.compactMap { $0 }
      return texts.isEmpty ? nil : texts.joined(separator: " · ")
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
  /// Of the records so many where cases are found too.
  static let recordLimit = 12
  /// So many records are put in order of how well they meet the query; the newest ones where there are more.
  static let candidates = 200

  /// Exact keys first, then records, then cases, the newest first.
  ///
  /// - Parameters:
  ///   - query: 1 to 100 characters. Outsiders find only what is theirs.
  ///   - kinds: types of records that are wanted; nil: all. What is not wanted takes nobody's place.
  public func search(_ query: String, kinds: Set<String>? = nil, by actor: Actor) async throws -> Result {
    let scope = try actor.require(.requestRead)
    let words = query.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard (1...100).contains(words.count) else {
      throw InputRefusal.field("q", "Give 1 to 100 characters to look for.", code: "field.search")
    }
    try await indexer.catchUp()
    let dialect = company.database.dialect
    let result = try await company.database.read { db in
      try SearchReading(words, kinds: kinds, scope: scope, actor: actor, dialect: dialect, db: db).result()
    }
    for hit in result.items where hit.type == "contact" || hit.type == "staff" {
      company.views.note(.personalView, what: "\(hit.type)/\(hit.id)", by: actor, at: try company.clock())
    }
    return result
  }
}

extension SearchOperations {
  /// Ids of one register's records, the nearest first, at most ``candidates`` in use and as many out of use.
  ///
  /// - Parameter customer: only this one's, with what was merged into it.
  func ids(of register: Register, _ query: String, customer: String?, archived: Bool, by actor: Actor, scope: Scope) async throws
    -> [String]
  {
    let words = query.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard (1...100).contains(words.count) else {
      throw InputRefusal.field("q", "Give 1 to 100 characters to look for.", code: "field.search")
    }
    // What can be no id is nobody's, and must not become a part of the index's query.
    guard
      customer.map({ $0.utf8.allSatisfy { ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || (0x30...0x39).contains($0) || $0 == 0x2D } }) ?? true
    else { return [] }
    try await indexer.catchUp()
    let dialect = company.database.dialect, kind = register.description.streamKind
    return try await company.database.read { db in
      var reading = try SearchReading(words, kinds: [kind], scope: scope, actor: actor, dialect: dialect, db: db)
      reading.customers = try customer.map { try Family.members(of: $0, .customers, in: db) }
      return try reading.ids(archived: archived)
    }
  }
}

/// One search within one consistent state.
private struct SearchReading {
  typealias Hit = SearchOperations.Hit

  let words: String
  let kinds: Set<String>?
  let scope: Scope
  let actor: Actor
  let dialect: SQLDialect
  let db: any SQLReader
  /// Only what is of these customers.
  var customers: [String]?

  init(_ words: String, kinds: Set<String>?, scope: Scope, actor: Actor, dialect: SQLDialect, db: any SQLReader) throws {
    (self.words, self.kinds, self.scope, self.actor, self.dialect, self.db) = (words, kinds, scope, actor, dialect, db)
    own = try scope == .customer ? Family.members(of: actor.customer?.text ?? "", .customers, in: db) : nil
  }

  func result() throws -> SearchOperations.Result {
    let numbered = try self.numbered()
    // Who reads out a number means that one.
    if !numbered.isEmpty { return .init(items: numbered, more: false) }
    var hits = try called()
    var seen = Set(hits.map { "\($0.type)/\($0.id)" })
    func new(_ found: [Hit]) -> [Hit] { found.filter { seen.insert("\($0.type)/\($0.id)").inserted } }
    let records = scope == .involved ? [] : new(try self.records())
    let cases = new(try self.cases())
    let limit = SearchOperations.limit
    let shown = min(records.count, max(SearchOperations.recordLimit, limit - cases.count))
    hits += records.prefix(shown) + cases
    return .init(items: Array(hits.prefix(limit)), more: hits.count > limit || records.count > shown)
  }

  /// Records of one register, the nearest first; `archived` adds what is out of use after them.
  func ids(archived: Bool) throws -> [String] {
    guard scope != .involved else { return [] }
    let query = SearchQuery(words, tail: SearchTerms.longTail)
    guard !query.isEmpty else { return [] }
    return try (records(query, archived: false) + (archived ? records(query, archived: true) : [])).map(\.id)
  }

  // MARK: Who may find what

  /// An outsider's hospital with what was merged into it; nil: everybody's.
  private let own: [String]?

  /// The reader's tags; nil: everything may be found. Asked of the index itself, so that what is foreign takes nobody's place.
  private var tags: [String]? {
    switch scope {
    case .all: nil
    case .customer: (own ?? []).map { SearchTerms.tag(customer: $0) }
    case .involved: [SearchTerms.tag(engineer: actor.staff?.text ?? ""), SearchTerms.tag(partner: actor.partner ?? "")]
    }
  }

  /// The index may be a moment behind: rows are asked again.
  private func condition(_ kind: SearchKind) -> (sql: String, values: [SQLValue])? {
    switch scope {
    case .all: return ("", [])
    case .customer:
      return kind.customer.map { column in
        let these = OneOf(column, own ?? [""])
        return ("AND \(these.condition)", these.values)
      }
    case .involved:
      guard kind.kind == "request" else { return nil }
      return (
        "AND t.id IN (SELECT request_id FROM work_order WHERE engineer_id = ? OR partner = ?)",
        [.text(actor.staff?.text ?? ""), .text(actor.partner ?? "")]
      )
    }
  }

  // MARK: Numbers

  /// Cases and work orders by their number, however it is written.
  private func numbered() throws -> [Hit] {
    let key = SearchText(words).key
    var hits: [Hit] = []
    let digits = key.drop { $0.isLetter }
    let prefix = key.dropLast(digits.count)
    if digits.count >= 12, digits.allSatisfy({ $0.isASCII && $0.isNumber }), ["", "sr", "wo"].contains(prefix) {
      let tail = "\(digits.prefix(8))-\(digits.dropFirst(8))"
      if prefix != "wo" {
        let id = try db.first("SELECT id FROM request WHERE number = ?", [.text("SR-\(tail)")]) { $0.text(0) }
        if let id { hits += try load(.request, [id]) }
      }
      hits += try orders("WO-\(tail)", ofCase: scope == .involved ? "SR-\(tail)" : "")
    }
    return hits
  }

  /// Who calls from this whole number: the contact, and the cases that were reported from it.
  private func called() throws -> [Hit] {
    let phone = SearchTerms.digits(words)
    guard (7...15).contains(phone.count), scope != .involved else { return [] }
    // Of any kind a few: a number may have called a thousand times, and the contact's own row must not drown.
    func ids(_ kind: String) throws -> [String] {
      var found: [String] = []
      for value in Set([words, phone]).sorted() {
        found += try db.rows(Self.subjects, [.text(value), .text("\(kind)/"), .text("\(kind)0"), .int(10)]) {
          SearchIndexer.id(of: $0.text(0))
        }
      }
      return found
    }
    return try load(.contact, ids("contact")) + load(.request, ids("request"))
  }

  /// The newest first; the index `personal_value` has them in this order.
  private static let subjects = """
    SELECT subject FROM personal WHERE field = 'phone' AND field <> 'signature' AND value = ? AND subject > ? AND subject < ?
    ORDER BY subject DESC LIMIT ?
    """

  private func orders(_ number: String, ofCase request: String) throws -> [Hit] {
    let condition: (String, [SQLValue]) =
      switch scope {
      case .all: ("", [])
      case .customer: ("AND \(OneOf("r.customer_id", own ?? [""]).condition)", (own ?? [""]).map { .text($0) })
      case .involved: ("AND (w.engineer_id = ? OR w.partner = ?)", [.text(actor.staff?.text ?? ""), .text(actor.partner ?? "")])
      }
    return try db.rows(
      """
      SELECT w.id, w.number, r.summary, w.state FROM work_order w JOIN request r ON r.id = w.request_id
      WHERE (w.number = ? OR w.request_number = ?) \(condition.0) LIMIT 5
      """, [.text(number), .text(request)] + condition.1
    ) { Hit(type: "work-order", id: $0.text(0), title: $0.text(2), number: $0.text(1), snippet: $0.text(3)) }
  }

  // MARK: The index

  private func records() throws -> [Hit] {
    let query = SearchQuery(words, tail: SearchTerms.longTail)
    guard !query.isEmpty else { return [] }
    return try records(query, archived: false) + records(query, archived: true)
  }

  /// What is out of use never takes the place of what is in use: it is asked for apart.
  private func records(_ query: SearchQuery, archived: Bool) throws -> [Hit] {
    func streams(_ query: SearchQuery, _ limit: Int) throws -> [String] {
      let own = customers.map { $0.map { SearchTerms.tag(customer: $0) } }
      return try SearchIndex.records.streams(
        query.within(tags).within(own).of(kinds).archived(archived), limit: limit, dialect: dialect, in: db)
    }
    var found = try streams(query.exact, 20)
    let exact = Set(found)
    found += try streams(query, SearchOperations.candidates).filter { !exact.contains($0) }
    var misspelt: Set<String> = []
    for second in [query.relaxed, query.misspelt].compactMap({ $0 }) where found.isEmpty {
      found = try streams(second, 20)
      misspelt = Set(found)
    }
    var ranked: [(hit: Hit, rank: [Int])] = []
    for (kind, members) in Dictionary(grouping: found, by: SearchIndexer.kind(of:)) where kinds?.contains(kind) ?? true {
      guard let known = SearchKind.byKind[kind] else { continue }
      let ids = members.map(SearchIndexer.id(of:))
      let former = Dictionary(grouping: try known.formerly(ids, in: db), by: \.into)
      for var hit in try load(known, ids) {
        let stream = "\(kind)/\(hit.id)"
        let own = fit(hit, query)
        // Found by what it was called: say so, or nobody knows why it is here.
        hit.formerly = own < 6 ? nil : former[hit.id]?.map(\.name).first { meant($0, query) }
        let fit = exact.contains(stream) ? 0 : misspelt.contains(stream) ? 9 : hit.formerly == nil ? own : 5
        ranked.append((hit, [fit, known.rank, hit.title.count]))
      }
    }
    return ranked.sorted { left, right in
      left.rank == right.rank
        ? (left.hit.title, left.hit.id) < (right.hit.title, right.hit.id) : left.rank.lexicographicallyPrecedes(right.rank)
    }.map(\.hit)
  }

  /// How well a record meets the query: its name or number begins with it, holds it, or something else of it does.
  private func fit(_ hit: Hit, _ query: SearchQuery) -> Int {
    // A machine's title is its model's name.
    let keys = (hit.type == "equipment" ? [hit.number ?? ""] : [hit.title, hit.number ?? ""]).map { SearchText($0).key }
    if hit.type == "equipment", !keys.contains(where: { $0.contains(query.key) }) { return 6 }
    if keys.contains(query.key) { return 1 }
    let title = Set(SearchTerms.cut("t\(hit.title)\u{1F}", tail: SearchTerms.longTail))
    if title.contains(query.key) { return 2 }
    if keys.contains(where: { $0.hasPrefix(query.key) }) { return 3 }
    if keys.contains(where: { $0.contains(query.key) }) { return 4 }
    if title.contains(where: { $0.hasPrefix(query.key) }) { return 5 }
    return 6
  }

  /// Whether an earlier name or number is what was looked for.
  private func meant(_ name: String, _ query: SearchQuery) -> Bool {
    if fit(Hit(type: "customer", id: "", title: name, number: nil, snippet: nil), query) < 6 { return true }
    return !SearchTerms.misspellings(of: SearchText(name).key).isDisjoint(with: SearchTerms.misspellings(of: query.key))
  }

  private func cases() throws -> [Hit] {
    let query = SearchQuery(words, tail: SearchTerms.shortTail)
    guard !query.isEmpty, !query.isTooShort else { return [] }
    let streams = try SearchIndex.cases.streams(query.within(tags), limit: SearchOperations.limit + 1, dialect: dialect, in: db)
    return try load(.request, streams.map(SearchIndexer.id(of:)))
  }

  /// Hits in the order of their ids as given; those that the reader may not know of are left out.
  private func load(_ kind: SearchKind, _ ids: [String]) throws -> [Hit] {
    guard !ids.isEmpty, let condition = condition(kind) else { return [] }
    let sql = kind.hits.replacing("{ids}", with: ids.map { _ in "?" }.joined(separator: ", ")).replacing("{own}", with: condition.sql)
    let rows = try db.rows(sql, ids.map { .text($0) } + condition.values) { row in
      Hit(
        type: kind.kind, id: row.text(0), title: row.text(2), number: row.optionalText(1), snippet: row.optionalText(3),
        archived: row.count > 4 && row.bool(4))
    }
    let byID = Dictionary(rows.map { ($0.id, $0) }) { first, _ in first }
    return ids.compactMap { byID[$0] }
  }
}
