import Domain
import Operations

/// The list of cases: what runs out first stands first, in named groups (INT-6).
struct CasesPage: Sendable {
  /// As the address holds them; empty where left out.
  struct Filters: Sendable, Hashable {
    var state = "open", kind = "", urgency = "", branch = "", engineer = "", sort = RequestQuery.Sort.due.rawValue
    /// Of a machine or a customer; set by links, not by the form.
    var equipment = "", customer = "", owner = ""

    /// Whether anything but the usual list is asked for.
    var isNarrow: Bool { self != Filters(state: state, sort: sort) || !(state == "open" || state == "all") }

    /// As a query string without what is usual.
    func address(cursor: String? = nil) -> String {
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
  /// What the reader looked for, and what there is; nil where nothing was looked for.
  var find = ""
  var found: [SearchOperations.Hit]?
}

extension CasesPage {
  func values() -> some PageValue { CasesValues(self) }
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
    case "isPlainEmpty": return !filters.isNarrow && filters.state == "open"
    case "isNarrow": return filters.isNarrow
    case "nextPage": return page.page.next.map { filters.address(cursor: $0) } ?? false
    case "isFollowing": return page.isFollowing
    case "openTab": return tab("open")
    case "allTab": return tab("all")
    case "openOn": return filters.state == "open"
    case "allOn": return filters.state == "all"
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
    case "find": return page.find
    case "hasFound": return page.found != nil
    case "found": return (page.found ?? []).map { FoundThing($0, wording) }
    case "foundNothing": return page.found?.isEmpty ?? false
    default: return nil
    }
  }

  private func tab(_ state: String) -> String {
    var filters = page.filters
    filters.state = state
    return filters.address()
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
    title = ([hit.number, hit.title, snippet].compactMap { $0 }).joined(separator: " · ")
    address =
      switch hit.type {
      case "request": "/requests/\(Address.escaped(hit.number ?? hit.id))"
      case "work-order": "/work-orders/\(Address.escaped(hit.number ?? hit.id))"
      case "equipment": CasesPage.Filters(state: "all", equipment: hit.id).address()
      case "customer": CasesPage.Filters(state: "all", customer: hit.id).address()
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
