public import Domain

/// What a dispatcher looks at: part of every address of the board, and what a saved view keeps (INT-6).
public struct BoardFilter: Sendable, Hashable {
  public enum Place: Sendable, Hashable {
    /// Everything that is open.
    case open
    /// Taken, and nobody is on the way or on site.
    case toSend
    case state(RequestState)
  }

  public var place = Place.open
  public var branch: String?
  public var urgency: Urgency?
  /// A staff id: where this engineer has an open work order.
  public var engineer: String?
  public var kind: RequestKind?

  public init() {}

  /// Reads items of an address; what is no filter of the board is no business of ours.
  ///
  /// - Throws: ``InputRefusal`` naming the item that is no word of its list.
  public init(_ items: (String) -> String?) throws(InputRefusal) {
    func word<Word: CaseIterable & RawRepresentable<String>>(_ name: String, _ type: Word.Type) throws(InputRefusal) -> Word? {
      guard let text = items(name), !text.isEmpty else { return nil }
      guard let word = Word(rawValue: text) else { throw .invalid([.notAWord(name, Word.allCases.map(\.rawValue))]) }
      return word
    }
    if let text = items("state"), !text.isEmpty, text != "open" {
      if text == "to-send" {
        place = .toSend
      } else if let state = RequestState(rawValue: text), state.isOpen {
        place = .state(state)
      } else {
        throw .field("state", "This is neither open nor to-send nor an open state.", code: "field.state")
      }
    }
    (branch, engineer) = (try Self.id("branch", items), try Self.id("engineer", items))
    urgency = try word("urgency", Urgency.self)
    kind = try word("kind", RequestKind.self)
  }

  private static func id(_ name: String, _ items: (String) -> String?) throws(InputRefusal) -> String? {
    guard let text = items(name), !text.isEmpty else { return nil }
    let isPlain = text.utf8.count <= 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D }
    guard isPlain else { throw .field(name, "This is no id.", code: "field.reference") }
    return text
  }

  /// `state=to-send&branch=…`: what is usual is left out, so the same filter is always the same text.
  public var text: String {
    var items: [String] = []
    switch place {
    case .open: break
    case .toSend: items.append("state=to-send")
    case .state(let state): items.append("state=\(state.rawValue)")
    }
    if let branch { items.append("branch=\(branch)") }
    if let urgency { items.append("urgency=\(urgency.rawValue)") }
    if let engineer { items.append("engineer=\(engineer)") }
    if let kind { items.append("kind=\(kind.rawValue)") }
    return items.joined(separator: "&")
  }

  /// Reads what ``text`` wrote; nil where an older program kept what this one does not know.
  public init?(_ text: String) {
    var items: [String: String] = [:]
    for item in text.split(separator: "&") {
      let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { items[parts[0]] = parts[1] }
    }
    guard let filter = try? BoardFilter({ items[$0] }) else { return nil }
    self = filter
  }

  /// As the list of cases asks.
  var query: RequestQuery {
    var query = RequestQuery()
    switch place {
    case .open: query.state = "open"
    case .toSend: query.state = RequestQuery.toSend
    case .state(let state): query.state = state.rawValue
    }
    (query.branch, query.urgency, query.engineer, query.kind, query.sort) = (branch, urgency, engineer, kind, .due)
    return query
  }
}
