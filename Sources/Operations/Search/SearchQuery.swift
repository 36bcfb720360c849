import Persistence

/// What somebody typed, as conditions on terms: every one must hold.
struct SearchQuery: Sendable, Hashable {
  enum Condition: Sendable, Hashable {
    case term(String)
    case beginning(String)
    case oneOf([String])
    case none(String)
  }

  let key: String
  private(set) var conditions: [Condition] = []
  /// The words are one run of letters and digits, such as somebody reads from a type plate.
  private(set) var single: String?

  /// - Parameter tail: how long tails are kept in the index that is asked.
  init(_ text: String, tail: Int) {
    let cut = SearchText(text)
    key = cut.key
    if let phone = Self.phone(text) {
      conditions = [.beginning(phone)]
      return
    }
    for piece in cut.pieces {
      switch piece {
      case .han(let scalars) where scalars.count == 1: conditions.append(.term(String(scalars[0])))
      case .han(let scalars):
        for index in scalars.indices.dropLast() {
          conditions.append(.term(String(String.UnicodeScalarView(scalars[index...index + 1]))))
        }
      case .word(let word): conditions.append(.beginning(SearchTerms.cap(word, tail)))
      }
    }
    conditions = Array(conditions.prefix(40))
    if cut.pieces.count == 1, case .word(let word) = cut.pieces[0] { single = word }
  }

  private init(key: String, conditions: [Condition]) { (self.key, self.conditions) = (key, conditions) }

  /// A whole phone number, however its digits are set apart.
  private static func phone(_ text: String) -> String? {
    let digits = SearchTerms.digits(text)
    let isPhone = digits.count >= 10 && text.allSatisfy { $0.isNumber || " +-()（）＋－".contains($0) }
    return isPhone ? SearchTerms.cap(digits, SearchTerms.shortTail) : nil
  }

  /// People leave out what goes without saying (铅山县医院 for 铅山县人民医院): the same characters, wherever they stand. Nil when
  /// that asks for nothing less.
  var relaxed: SearchQuery? {
    var loose: [Condition] = []
    for condition in conditions {
      guard case .term(let term) = condition, term.unicodeScalars.count > 1 else {
        loose.append(condition)
        continue
      }
      loose += term.unicodeScalars.map { .term(String($0)) }
    }
    return loose == conditions ? nil : SearchQuery(key: key, conditions: loose)
  }

  var isEmpty: Bool { conditions.isEmpty }
  /// One letter begins too much to be worth looking through a million cases.
  var isTooShort: Bool {
    conditions.allSatisfy { if case .beginning(let word) = $0 { word.count < 2 } else { false } }
  }

  /// The one that has this whole name or number.
  var exact: SearchQuery { SearchQuery(key: key, conditions: [.term("x_\(key)")]) }
  /// Serial numbers with one wrong letter; nil when this is no serial number.
  var misspelt: SearchQuery? {
    guard let single, SearchTerms.serialLengths.contains(single.count), single.contains(where: \.isNumber) else { return nil }
    return SearchQuery(key: key, conditions: [.oneOf(SearchTerms.misspellings(of: single).sorted())])
  }

  /// Only what carries one of these tags; nil is everything.
  func within(_ tags: [String]?) -> SearchQuery {
    guard let tags else { return self }
    return SearchQuery(key: key, conditions: conditions + [.oneOf(tags)])
  }

  /// Only records of these kinds; nil is every kind.
  func of(_ kinds: Set<String>?) -> SearchQuery {
    guard let kinds else { return self }
    return SearchQuery(key: key, conditions: conditions + [.oneOf(kinds.sorted().map { SearchTerms.tag(kind: $0) })])
  }

  /// Only what is out of use, or only what is in use.
  func archived(_ isOutOfUse: Bool) -> SearchQuery {
    let condition = isOutOfUse ? Condition.term(SearchTerms.archived) : .none(SearchTerms.archived)
    return SearchQuery(key: key, conditions: conditions + [condition])
  }

  /// Terms have letters, digits and `_` only, so that nothing in them can end the quotes.
  func match(in dialect: SQLDialect) -> String {
    func quoted(_ term: String) -> String {
      dialect == .sqlite ? "\"\(term.filter { $0 != "\"" })\"" : "'\(term.filter { $0 != "'" && $0 != "\\" })'"
    }
    var without: [String] = []
    let parts: [String] = conditions.compactMap { condition in
      switch condition {
      case .term(let term): return quoted(term)
      case .beginning(let word): return dialect == .sqlite ? "\(quoted(word)) *" : "\(quoted(word)):*"
      case .oneOf(let terms): return "(\(terms.map(quoted).joined(separator: dialect == .sqlite ? " OR " : " | ")))"
      case .none(let term):
        without.append(quoted(term))
        return nil
      }
    }
    let all = parts.joined(separator: dialect == .sqlite ? " AND " : " & ")
    guard !without.isEmpty else { return all }
    // FTS5's NOT stands between what is wanted and what is not.
    return dialect == .sqlite
      ? "(\(all)) NOT (\(without.joined(separator: " OR ")))" : "\(all) & \(without.map { "!\($0)" }.joined(separator: " & "))"
  }
}
