import Domain
import Operations

/// The list of cases: what runs out first stands first, in named groups (INT-6).
struct CasesPage: Sendable {
  /// As the address holds them; empty where left out.
  struct Filters: Sendable, Hashable {
    var state = "open", kind = "", urgency = "", branch = "", engineer = "", sort = RequestQuery.Sort.due.rawValue
    /// Of a machine or a customer; set by links, not by the form.
    var equipment = "", customer = "", owner = ""
    /// How a promise ended (REP-1): set by the figures, which each open their cases.
    var promise = ""
    var of: OnTimeFilter?

    /// Whether anything but one of the tabs is asked for.
    func isNarrow(for reader: Actor?) -> Bool {
      if !promise.isEmpty { return false }
      if state != "open", state != "all" { return true }
      var plain = self
      plain.sort = Filters().sort
      if plain == Filters(state: state) { return false }
      return !(reader.map { plain == Self.mine($0) || plain == Self.ownBranch($0) } ?? false)
    }

    /// What waits for this very person: the jobs of an engineer, the cases that a desk accepted.
    static func mine(_ actor: Actor) -> Filters? {
      guard let staff = actor.staff, !actor.role.isOutside else { return nil }
      return actor.role == .engineer ? Filters(engineer: staff.text) : Filters(owner: staff.text)
    }

    static func ownBranch(_ actor: Actor) -> Filters? {
      guard let branch = actor.branch, !actor.role.isOutside else { return nil }
      return Filters(branch: branch.text)
    }

    /// Where a person begins: an engineer with the own jobs, a branch with its own work, the desk with everything open.
    static func home(of actor: Actor) -> Filters {
      switch actor.role {
      case .engineer: mine(actor) ?? Filters()
      case .branchManager: ownBranch(actor) ?? Filters()
      default: Filters()
      }
    }

    /// As a query string without what is usual.
    func address(cursor: String? = nil) -> String {
      if let of, !promise.isEmpty {
        let place = cursor.map { "&cursor=\(Address.escaped($0))" } ?? ""
        return "/requests?promise=\(promise)&\(OnTimePage.Choices.items(of: of))\(place)"
      }
      let usual = Filters()
      var items: [String] = []
      func add(_ name: String, _ value: String, _ usual: String) {
        if value != usual { items.append("\(name)=\(Address.escaped(value))") }
      }
      add("state", state, usual.state)
      add("kind", kind, "")
      add("urgency", urgency, "")
      add("branch", branch, "")
      add("engineer", engineer, "")
      add("equipment", equipment, "")
      add("customer", customer, "")
      add("owner", owner, "")
      add("sort", sort, usual.sort)
      if let cursor { items.append("cursor=\(Address.escaped(cursor))") }
      return items.isEmpty ? "/requests" : "/requests?\(items.joined(separator: "&"))"
    }
  }

  var frame: Frame
  var filters = Filters()
  var page: Page<RequestView>
  /// Whether this is not the first page.
  var isFollowing = false
  var branches: [NamedThing] = []
  var engineers: [NamedThing] = []
  /// Of a figure's filter: what targets, customers and colleagues are called.
  var targets: [String: TargetRule.Name] = [:]
  var names: [String: String] = [:]
  /// What the reader looked for, and what there is; nil where nothing was looked for.
  var find = ""
  var found: [SearchOperations.Hit]?
}

extension CasesPage {
  func values() -> some PageValue { CasesValues(self) }

  /// A number as people read it off the list: `1123-0042` is this year's `SR-20261123-0042`, or last year's where that day is still to come.
  static func sought(_ text: String, today: CivilDate) -> String {
    if ["sr-", "wo-"].contains(text.prefix(3).lowercased()) { return text.uppercased() }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count >= 4,
      parts.allSatisfy({ $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } })
    else { return text }
    let day = today.month * 100 + today.day
    return "SR-\(today.year - ((Int(parts[0]) ?? 0) > day ? 1 : 0))\(text)"
  }
}

struct CasesValues: PageValue {
  let page: CasesPage
  let wording: Wording
  let groups: [CaseGroup]

  init(_ page: CasesPage) {
    self.page = page
    wording = page.frame.wording
    groups = CaseGroup.groups(of: page.page.items, page, page.frame.wording)
  }

  func child(named: String) -> Any? {
    let filters = page.filters
    switch named {
    case "asOf": return wording.text("as-of", wording.clock(wording.now))
    case "here": return filters.address()
    case "groups": return groups
    case "isEmpty": return page.page.items.isEmpty
    case "isPlainEmpty": return !isNarrow && filters.state == "open"
    case "isNarrow": return isNarrow
    case "nextPage": return page.page.next.map { filters.address(cursor: $0) } ?? false
    case "isFollowing": return page.isFollowing
    case "tabs": return tabs
    case "states":
      let open = Choice(value: "open", words: wording.text("cases.open-all"), isChosen: filters.state == "open")
      let all = Choice(value: "all", words: wording.text("cases.any"), isChosen: filters.state == "all")
      return [open, all] + choices(RequestState.self, "state", filters.state)
    case "kinds": return choices(RequestKind.self, "kind", filters.kind)
    case "urgencies": return choices(Urgency.self, "urgency", filters.urgency)
    case "sorts": return choices(RequestQuery.Sort.self, "cases.sort", filters.sort)
    case "branches": return choices(page.branches, filters.branch)
    case "hasBranches": return !page.branches.isEmpty
    case "engineers": return choices(page.engineers, filters.engineer)
    case "hasEngineers": return !page.engineers.isEmpty
    case "keptEquipment": return filters.equipment.isEmpty ? false : filters.equipment
    case "keptCustomer": return filters.customer.isEmpty ? false : filters.customer
    case "keptOwner": return filters.owner.isEmpty ? false : filters.owner
    case "clearAddress": return CasesPage.Filters(sort: filters.sort).address()
    case "promiseWords": return promiseWords ?? false
    case "promiseBack": return filters.of.map { OnTimePage.Choices(filter: $0).address } ?? ""
    case "find": return page.find
    case "hasFound": return page.found != nil
    case "found": return (page.found ?? []).map { FoundThing($0, wording) }
    case "foundNothing": return page.found?.isEmpty ?? false
    default: return nil
    }
  }

  /// Which figure's cases these are.
  private var promiseWords: String? {
    guard let of = page.filters.of, !page.filters.promise.isEmpty else { return nil }
    var parts = [
      wording.word("insight.cases", page.filters.promise),
      of.from == of.to ? of.from.description : wording.text("insight.cases.between", of.from.description, of.to.description),
    ]
    if let target = of.target { parts.append(page.targets[target].map { wording.language == .zh ? $0.zh : $0.en } ?? target) }
    if let branch = of.branch { parts.append(page.branches.first { $0.id == branch }?.name ?? branch) }
    if let engineer = of.engineer { parts.append(page.engineers.first { $0.id == engineer }?.name ?? page.names[engineer] ?? engineer) }
    if let customer = of.customer { parts.append(page.names[customer] ?? customer) }
    return parts.filter { !$0.isEmpty }.joined(separator: " · ")
  }

  private var isNarrow: Bool { page.filters.isNarrow(for: page.frame.reader) }

  private var tabs: [Choice] {
    var now = page.filters
    now.sort = CasesPage.Filters().sort
    func tab(_ name: String, _ filters: CasesPage.Filters?) -> Choice? {
      guard let filters else { return nil }
      return Choice(value: filters.address(), words: wording.text("cases.\(name)"), isChosen: page.found == nil && filters == now)
    }
    let reader = page.frame.reader
    return [
      tab("mine", reader.flatMap(CasesPage.Filters.mine)), tab("branch-own", reader.flatMap(CasesPage.Filters.ownBranch)),
      tab("open", CasesPage.Filters()), tab("all", CasesPage.Filters(state: "all")),
    ].compactMap { $0 }
  }

  private func choices<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type, _ group: String, _ chosen: String) -> [Choice] {
    type.allCases.map { Choice(value: $0.rawValue, words: wording.word(group, $0.rawValue), isChosen: $0.rawValue == chosen) }
  }

  private func choices(_ things: [NamedThing], _ chosen: String) -> [Choice] {
    things.map { Choice(value: $0.id, words: $0.name, isChosen: $0.id == chosen) }
  }
}

/// One find: a case opens, a machine or a customer leads to its cases.
struct FoundThing: PageValue {
  let kind, title, address: String

  init(_ hit: SearchOperations.Hit, _ wording: Wording) {
    kind = wording.word("found", hit.type)
    let snippet =
      switch hit.type {
      case "request": hit.snippet.map { wording.word("state", $0) }
      case "work-order": hit.snippet.map { wording.word("order", $0) }
      default: hit.snippet
      }
    let former = hit.formerly.map { wording.text("found-formerly", $0) }
    let archived = hit.archived ? wording.text("found-archived") : nil
    title = ([hit.number, hit.title, former, snippet, archived].compactMap { $0 }).joined(separator: " · ")
    address =
      switch hit.type {
      case "request": "/requests/\(Address.escaped(hit.number ?? hit.id))"
      case "work-order": "/work-orders/\(Address.escaped(hit.number ?? hit.id))"
      case "equipment": CasesPage.Filters(state: "all", equipment: hit.id).address()
      case "customer": CasesPage.Filters(state: "all", customer: hit.id).address()
      case "staff": CasesPage.Filters(state: "all", engineer: hit.id).address()
      case "branch": CasesPage.Filters(state: "all", branch: hit.id).address()
      default: ""
      }
  }

  func child(named: String) -> Any? {
    switch named {
    case "foundKind": kind
    case "foundTitle": title
    case "address": address
    case "hasAddress": !address.isEmpty
    default: nil
    }
  }
}
