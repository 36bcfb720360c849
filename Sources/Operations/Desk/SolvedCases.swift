import Domain
import Persistence

/// What helped before with machines of this model (INT-3): the newest cases that are over, those first that sound like what the caller says.
public struct SolvedCases: Sendable {
  /// Cases that were solved the same way.
  public struct Way: Sendable, Hashable {
    /// Of the newest of them.
    public let number, summary, remedy: String
    public let cause: String?
    public internal(set) var count: Int
    /// From the report to the remedy, on average.
    public internal(set) var seconds: Int64
    /// Each time.
    public internal(set) var byPhone: Bool
  }

  public internal(set) var ways: [Way] = []
  /// Of these cases, so many were tried on the telephone, and so many of them ended there.
  public internal(set) var tried = 0, helped = 0
  /// What helped on the telephone last, to say to the caller.
  public internal(set) var advice: String?

  public init() {}

  /// Looked at; of them ``shown`` ways are shown.
  static let candidates = 40
  static let shown = 4

  static let sql = "SELECT r.id, r.number, r.summary, r.state, r.reported_at FROM request r WHERE {these} AND r.kind = 'support'"

  /// - Parameter model: cases hold its name, so the index answers with the newest cases of that model.
  static func read(model: String, said: String, dialect: SQLDialect, in db: any SQLReader) throws -> SolvedCases {
    var streams: [String] = []
    // A code on the machine's screen says more than any word, and may be older than the newest cases.
    for words in [codes(in: said).first.map { "\(model) \($0)" }, model].compactMap({ $0 }) {
      let query = SearchQuery(words, tail: SearchTerms.shortTail)
      streams += try SearchIndex.cases.streams(query, limit: candidates, dialect: dialect, in: db).filter { !streams.contains($0) }
    }
    guard !streams.isEmpty else { return SolvedCases() }
    let ids = streams.map(SearchIndexer.id(of:)), these = OneOf("r.id", ids)
    let rows = try db.rows(sql.replacing("{these}", with: these.condition), these.values) {
      (id: $0.text(0), number: $0.text(1), summary: $0.text(2), state: $0.text(3), at: Instant(milliseconds: $0.integer(4)))
    }
    let over: Set = [RequestState.cleared.rawValue, RequestState.confirmed.rawValue, RequestState.closed.rawValue]
    let solved = rows.filter { over.contains($0.state) }
    let outcomes = try CaseOutcomes(of: solved.map(\.id), in: db)
    let wanted = terms(of: said)
    func likeness(_ text: String) -> Int { wanted.isEmpty ? 0 : wanted.intersection(terms(of: text)).count }
    let order = Dictionary(uniqueKeysWithValues: zip(ids, 0...))
    let ranked = solved.map { (row: $0, likeness: likeness($0.summary), place: order[$0.id] ?? 0) }
      .sorted { ($1.likeness, $0.place) < ($0.likeness, $1.place) }
    var result = SolvedCases()
    for (row, likeness, _) in ranked {
      guard let outcome = outcomes[row.id], let remedy = outcome.remedy else { continue }
      if wanted.isEmpty || likeness > 0 {
        if outcome.triedByPhone { result.tried += 1 }
        if outcome.byPhone {
          result.helped += 1
          result.advice = result.advice ?? outcome.advice ?? remedy
        }
      }
      result.add(remedy, outcome, number: row.number, summary: row.summary, reportedAt: row.at)
    }
    result.finish(shown)
    return result
  }

  /// Of cases that were found by their words.
  static func ways(of cases: [DeskFound.Case], in db: any SQLReader) throws -> [Way] {
    let outcomes = try CaseOutcomes(of: cases.map(\.id), in: db)
    var result = SolvedCases()
    for one in cases {
      guard let outcome = outcomes[one.id], let remedy = outcome.remedy else { continue }
      result.add(remedy, outcome, number: one.number, summary: one.summary, reportedAt: one.reportedAt)
    }
    result.finish(DeskFinding.shown)
    return result.ways
  }

  /// What was solved the same way is one way.
  private mutating func add(_ remedy: String, _ outcome: CaseOutcomes.Outcome, number: String, summary: String, reportedAt: Instant) {
    let took = (outcome.clearedAt?.milliseconds(since: reportedAt) ?? 0) / 1_000
    if let known = ways.firstIndex(where: { $0.remedy == remedy }) {
      ways[known].seconds += took
      ways[known].count += 1
      ways[known].byPhone = ways[known].byPhone && outcome.byPhone
    } else {
      ways.append(
        Way(
          number: number, summary: summary, remedy: remedy, cause: outcome.cause, count: 1, seconds: took, byPhone: outcome.byPhone))
    }
  }

  private mutating func finish(_ limit: Int) {
    ways = Array(ways.prefix(limit))
    for index in ways.indices { ways[index].seconds /= Int64(ways[index].count) }
  }

  /// Letters and digits together, such as `E-117`.
  static func codes(in said: String) -> [String] {
    SearchText(said).pieces.compactMap { piece in
      if case .word(let word) = piece, word.count >= 2, word.contains(where: \.isNumber), word.contains(where: \.isLetter) {
        word
      } else {
        nil
      }
    }
  }

  private static func terms(of text: String) -> Set<String> {
    guard !text.isEmpty else { return [] }
    // Pairs and words; single characters are alike everywhere.
    return Set(SearchTerms.cut("l\(text.prefix(400))\u{1F}", tail: SearchTerms.shortTail).filter { $0.count > 1 })
  }
}
