import Domain
import Operations

/// How often promises were kept, and where not (REP-1): one table at a time, each figure opens its cases.
struct OnTimePage: Sendable {
  /// As the address holds it; every part of the page is another of these.
  struct Choices: Sendable, Hashable {
    var filter: OnTimeFilter
    var group = OnTimeGroup.target

    var address: String { "/insight/on-time?by=\(group.rawValue)&\(items)" }
    var csv: String { "/insight/on-time.csv?by=\(group.rawValue)&\(items)" }

    /// The cases behind a figure.
    func cases(_ outcome: PromiseFilter.Outcome) -> String { CasesPage.Filters(promise: outcome.rawValue, of: filter).address() }

    private var items: String { Self.items(of: filter) }

    static func items(of filter: OnTimeFilter) -> String {
      var all = ["from=\(filter.from)", "to=\(filter.to)"]
      for (name, value) in [
        ("target", filter.target), ("branch", filter.branch), ("engineer", filter.engineer), ("customer", filter.customer),
      ] {
        if let value { all.append("\(name)=\(Address.escaped(value))") }
      }
      return all.joined(separator: "&")
    }

    /// Narrowed to one row of its table.
    func narrowed(to id: String) -> Choices {
      var narrow = self
      switch group {
      case .target: narrow.filter.target = id
      case .branch: narrow.filter.branch = id
      case .engineer: narrow.filter.engineer = id
      case .customer: narrow.filter.customer = id
      case .month: if let month = Month(parsing: id) { (narrow.filter.from, narrow.filter.to) = (month, month) }
      }
      return narrow
    }
  }

  var frame: Frame
  var choices: Choices
  var found: InsightOperations.OnTime
  var targets: [TargetRule] = []
  var branches: [NamedThing] = []
  var engineers: [NamedThing] = []
  /// What the customer is called that is asked for.
  var customer = ""
  /// Rows on the page; the file has them all.
  static let rows = 200

  func values() -> OnTimeValues { OnTimeValues(page: self, wording: frame.wording) }
}

struct OnTimeValues: PageValue {
  let page: OnTimePage
  let wording: Wording

  func child(named: String) -> Any? {
    let filter = page.found.filter
    switch named {
    case "from": return filter.from.description
    case "to": return filter.to.description
    case "by": return page.choices.group.rawValue
    case "groups":
      return OnTimeGroup.allCases.map { group in
        var other = page.choices
        other.group = group
        return Choice(value: other.address, words: wording.word("insight.by", group.rawValue), isChosen: group == page.choices.group)
      }
    case "targets":
      var seen: Set<String> = []
      return page.targets.filter { seen.insert($0.id).inserted }.map {
        Choice(value: $0.id, words: name($0.name), isChosen: $0.id == filter.target)
      }
    case "branches": return page.branches.map { Choice(value: $0.id, words: $0.name, isChosen: $0.id == filter.branch) }
    case "hasBranches": return !page.branches.isEmpty
    case "engineers": return page.engineers.map { Choice(value: $0.id, words: $0.name, isChosen: $0.id == filter.engineer) }
    case "hasEngineers": return !page.engineers.isEmpty
    case "customer": return filter.customer ?? false
    case "customerName": return page.customer
    case "withoutCustomer":
      var without = page.choices
      without.filter.customer = nil
      return without.address
    case "isEmpty": return page.found.rows.isEmpty
    case "total": return OnTimeRow(name: "", id: "", count: page.found.total, choices: page.choices, isTotal: true, wording: wording)
    case "rows":
      return page.found.rows.prefix(OnTimePage.rows).map { row in
        OnTimeRow(
          name: row.id.isEmpty ? wording.word("insight.none", page.choices.group.rawValue) : name(row.name), id: row.id, count: row.count,
          choices: page.choices, isTotal: false, wording: wording)
      }
    case "more":
      let left = page.found.rows.count - OnTimePage.rows
      return left > 0 ? wording.text("insight.more", String(left)) : false
    case "groupName": return wording.word("insight.by", page.choices.group.rawValue)
    case "csv": return page.choices.csv
    case "asOf": return wording.text("as-of", wording.clock(page.found.asOf))
    case "thisMonth":
      var plain = page.choices
      plain.filter = OnTimeFilter(from: Month(of: page.found.asOf), to: Month(of: page.found.asOf))
      return plain.address
    default: return nil
    }
  }

  private func name(_ name: TargetRule.Name) -> String { wording.language == .zh ? name.zh : name.en }
}

/// One line of the table.
struct OnTimeRow: PageValue {
  let name, id: String
  let count: OnTimeCount
  let choices: OnTimePage.Choices
  let isTotal: Bool
  let wording: Wording

  private var narrowed: OnTimePage.Choices { isTotal ? choices : choices.narrowed(to: id) }

  func child(named: String) -> Any? {
    switch named {
    case "rowName": name
    case "rowAddress":
      // What one was narrowed to is next looked at by another side: a promise by month, all else by promise.
      {
        var next = narrowed
        next.group = choices.group == .target ? .month : .target
        return next.address
      }()
    case "permille": count.permille ?? 0
    case "percent": Self.percent(count.permille)
    case "met": count.met
    case "missed": count.missed
    case "all": count.all
    case "hasMissed": count.missed > 0
    case "hasMet": count.met > 0
    case "metAddress": narrowed.cases(.met)
    case "missedAddress": narrowed.cases(.missed)
    case "allAddress": narrowed.cases(.decided)
    default: nil
    }
  }

  /// `97.4%`, rounded down; a dash where nothing was due.
  static func percent(_ permille: Int?) -> String {
    guard let permille else { return "–" }
    return permille == 1_000 ? "100%" : "\(permille / 10).\(permille % 10)%"
  }
}
