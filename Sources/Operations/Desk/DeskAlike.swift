import Domain
import Persistence

extension DeskOperations {
  /// What may be the same as what is about to be made: hospitals of nearly that name, machines of nearly that serial number. Nil where there is nothing.
  public func alike(_ text: String, by actor: Actor) async throws -> DeskFound? {
    try permit(actor)
    let key = SearchText(text).key
    guard !key.isEmpty else { return nil }
    var found = DeskFound()
    // A longer name than the one there is asks for characters that it lacks; its beginning finds it.
    for words in [text, String(text.prefix(4)), String(text.prefix(3))] where !words.allSatisfy(\.isWhitespace) {
      let result = try await searching.search(String(words.prefix(100)), kinds: ["customer", "equipment"], by: actor)
      let more = try await company.database.read { db in try DeskFinding(db).found(result, for: "") }
      found.customers += more.customers.filter { new in Self.isAlike(new.name, text) && !found.customers.contains { $0.id == new.id } }
      found.machines += more.machines.filter { new in
        Self.isSameNumber(new.serialNumber, key) && !found.machines.contains { $0.id == new.id }
      }
    }
    return found.customers.isEmpty && found.machines.isEmpty ? nil : found
  }

  /// Of the characters of both, more than two thirds are common to both (Dice).
  static func isAlike(_ one: String, _ other: String) -> Bool {
    let a = Set(SearchText(one).key), b = Set(SearchText(other).key)
    guard !a.isEmpty, !b.isEmpty else { return false }
    return 3 * a.intersection(b).count >= a.count + b.count
  }

  /// The same but for one letter.
  private static func isSameNumber(_ one: String, _ key: String) -> Bool {
    let own = SearchText(one).key
    return own == key || !SearchTerms.misspellings(of: own).isDisjoint(with: SearchTerms.misspellings(of: key))
  }

  /// The id of a hospital's department of this name; made where there is none.
  public func department(_ name: String, of customer: String, _ call: Call) async throws -> String {
    let known = try await company.database.read { db in
      try db.first(
        "SELECT id FROM department WHERE customer = ? AND name = ? AND archived = 0 ORDER BY id LIMIT 1", [.text(customer), .text(name)]
      ) { $0.text(0) }
    }
    if let known { return known }
    let answer = try await RegisterOperations(company).create(
      .departments, Fields(["customer": .text(customer), "name": .text(name)]), call)
    return (try JSONValue(parsing: answer.body))["id"]?.text ?? ""
  }
}

extension DeskFound {
  /// The machine that was meant, where nothing else can have been.
  public var onlyMachine: String? {
    machines.count == 1 && customers.isEmpty && contacts.isEmpty && !more ? machines.first?.id : nil
  }
}
