import Domain
import Persistence

/// What a call taker sees while the caller speaks (INT-3): what was looked for in groups, and the card of the machine or customer that was chosen.
/// For the company's own people: outsiders have the hospital's pages.
public struct DeskOperations: Sendable {
  let company: Company
  let searching: SearchOperations

  public init(_ company: Company) { (self.company, searching) = (company, SearchOperations(company)) }

  /// Finds by whatever a caller says or a scanner reads, grouped as the desk shows it.
  ///
  /// - Parameter text: 1 to 100 characters; a scanned code may be longer.
  public func find(_ text: String, by actor: Actor) async throws -> DeskFound {
    try permit(actor)
    let code = ScannedCode(text)
    let words: String
    switch code {
    case .words(let typed), .number(let typed): words = String(typed.prefix(100))
    case .label(let token): return try await company.database.read { db in try DeskFinding(db).label(token) }
    case .device(let device): return try await company.database.read { db in try DeskFinding(db).device(device) }
    }
    let result = try await searching.search(words, kinds: ["customer", "equipment", "contact"], by: actor)
    return try await company.database.read { db in try DeskFinding(db).found(result, for: words) }
  }

  /// - Parameters:
  ///   - said: what the caller says is wrong; similar cases are put in order by it.
  /// - Throws: ``AccessError/notFound(_:)``.
  public func machine(_ id: String, said: String = "", by actor: Actor) async throws -> DeskMachine {
    try permit(actor)
    let (company, now) = (company, try company.clock())
    let similar = try await similar(to: id, said: said)
    var found = try await company.database.read { db in
      try DeskMachine.read(id, at: now, policy: company.policies.inForce(at: now), in: db)
    }
    found.similar = similar
    if !found.contacts.isEmpty { noteContacts(of: found.customerID, found.contacts.count, by: actor, at: now) }
    return found
  }

  /// - Throws: ``AccessError/notFound(_:)``.
  public func customer(_ id: String, by actor: Actor) async throws -> DeskCustomer {
    try permit(actor)
    let now = try company.clock()
    let found = try await company.database.read { db in try DeskCustomer.read(id, in: db) }
    if !found.contacts.isEmpty { noteContacts(of: found.customer.id, found.contacts.count, by: actor, at: now) }
    return found
  }

  /// Whether something is open on this machine already; of a machine that is not there, nothing is.
  public func hasOpenCases(_ id: String, by actor: Actor) async throws -> Bool {
    try permit(actor)
    return try await company.database.read { db in
      try DeskFinding(db).machines([Family.survivor(of: id, .equipment, in: db)]).contains { $0.openCases > 0 }
    }
  }

  /// Forms that are not sent yet.
  public var drafts: DeskDrafts { DeskDrafts(company: company) }

  private func similar(to id: String, said: String) async throws -> SolvedCases {
    try await searching.indexer.catchUp()
    let dialect = company.database.dialect
    return try await company.database.read { db in
      guard let model = try DeskFinding(db).machines([id]).first?.model, !model.isEmpty else { return SolvedCases() }
      return try SolvedCases.read(model: model, said: said, dialect: dialect, in: db)
    }
  }

  /// Whom the card shows is on record, as it is for a search.
  private func noteContacts(of customer: String?, _ count: Int, by actor: Actor, at now: Instant) {
    company.views.note(.personalView, what: "contacts of customer/\(customer ?? ""): \(count)", by: actor, at: now)
  }

  func permit(_ actor: Actor) throws(AccessError) {
    guard try actor.require(.requestReport) == .all else { throw .notAllowed(.requestReport) }
  }
}
