import Domain
import Operations

/// The dispatcher's screen: what runs out first stands first, beside it the case in question with who could go, below it who is where (INT-6).
struct BoardPage: Sendable {
  /// Somebody was sent a moment ago, or called back.
  struct Done: Sendable {
    let words: String
    /// The work order that can still be taken back.
    var workOrder: String?
    /// It is the good news that a person waits for; false for what was not done.
    var isGood = true
  }

  /// A dispatch that was not taken.
  struct Refused: Sendable {
    let message: String
    /// As typed, `2026-11-23T14:30`.
    var plannedAt = ""
  }

  var frame: Frame
  var filter = BoardFilter()
  var listed = DispatchOperations.Listed(cases: [], next: nil)
  /// The place after which this page of the list begins; empty for the first.
  var cursor = ""
  var tally: BoardTally
  var views: [SavedView] = []
  var branches: [NamedThing] = []
  var engineers: [BoardEngineer] = []
  var selected: BoardCase?
  var lanes: [BoardLane] = []
  /// What other rooms say of an engineer, such as that a phone is silent; by staff id.
  var laneNotes: [String: String] = [:]
  var done: Done?
  var refused: Refused?
  /// Told apart so that a second press of a button is not a second dispatch.
  var formKey = ""

  /// The board as an address: filters, place in the list, case.
  static func address(_ filter: BoardFilter, cursor: String = "", case number: String? = nil) -> String {
    var items = filter.text.isEmpty ? [] : [filter.text]
    if !cursor.isEmpty { items.append("cursor=\(Address.escaped(cursor))") }
    if let number { items.append("case=\(Address.escaped(number))") }
    return items.isEmpty ? "/board" : "/board?\(items.joined(separator: "&"))"
  }

  func values() -> BoardValues { BoardValues(self) }
}

/// What all templates of the board read.
struct BoardValues: PageValue {
  let page: BoardPage
  let wording: Wording
  private let groups: [BoardGroup]
  private let side: BoardSide?
  private let timeline: BoardTimeline

  init(_ page: BoardPage) {
    self.page = page
    wording = page.frame.wording
    groups = BoardGroup.groups(of: page)
    side = page.selected.map { BoardSide($0, page) }
    timeline = BoardTimeline(page)
  }

  func child(named: String) -> Any? {
    switch named {
    case "tabs": return tabs
    case "chips": return BoardChip.all(page)
    case "toSend": return page.tally.count(of: toSend)
    case "toSendAddress": return BoardPage.address(isToSend ? without : toSend)
    case "isToSend": return isToSend
    case "groups": return groups
    case "allRows": return groups.flatMap(\.rows)
    case "isEmpty": return page.listed.cases.isEmpty
    case "isNarrow": return page.filter != BoardFilter()
    case "clearAddress": return BoardPage.address(BoardFilter())
    case "here": return BoardPage.address(page.filter, cursor: page.cursor)
    case "hereCase": return BoardPage.address(page.filter, cursor: page.cursor, case: page.selected?.view.number)
    case "filterText": return page.filter.text
    case "cursorText": return page.cursor
    case "nextPage": return page.listed.next.map { BoardPage.address(page.filter, cursor: $0, case: page.selected?.view.number) } ?? false
    case "isFollowing": return !page.cursor.isEmpty
    case "firstAddress": return BoardPage.address(page.filter)
    case "asOf": return wording.clock(wording.now)
    case "side": return side ?? false
    case "hasSide": return side != nil
    case "timeline": return timeline
    case "formKey": return page.formKey
    case "done": return page.done.map { BoardDone($0) } ?? false
    case "ownView": return ownView?.id ?? false
    case "mayKeep": return ownView == nil && page.filter != BoardFilter() && page.views.count < DispatchOperations.views
    default: return nil
    }
  }

  private var isToSend: Bool { page.filter.place == .toSend }
  private var toSend: BoardFilter {
    var filter = page.filter
    filter.place = .toSend
    return filter
  }
  private var without: BoardFilter {
    var filter = page.filter
    filter.place = .open
    return filter
  }
  private var ownView: SavedView? { page.views.first { $0.filter == page.filter } }

  private var tabs: [BoardTab] {
    var all: [(name: String, filter: BoardFilter)] = []
    if let branch = page.frame.reader?.branch {
      var own = BoardFilter()
      own.branch = branch.text
      all.append((wording.text("cases.branch-own"), own))
    }
    all.append((wording.text("cases.all"), BoardFilter()))
    all += page.views.map { ($0.name, $0.filter) }
    let here = all.firstIndex { $0.filter == page.filter }
    return all.enumerated().map { index, tab in
      BoardTab(name: tab.name, address: BoardPage.address(tab.filter), count: page.tally.count(of: tab.filter), isHere: index == here)
    }
  }
}

struct BoardTab: PageValue {
  let name, address: String
  let count: Int
  let isHere: Bool

  func child(named: String) -> Any? {
    switch named {
    case "tabName": name
    case "tabAddress": address
    case "tabCount": count
    case "isHere": isHere
    default: nil
    }
  }
}

struct BoardDone: PageValue {
  let done: BoardPage.Done
  init(_ done: BoardPage.Done) { self.done = done }

  func child(named: String) -> Any? {
    switch named {
    case "doneWords": done.words
    case "doneOrder": done.workOrder ?? false
    case "doneTone": done.isGood ? "met" : "late"
    case "doneIcon": done.isGood ? "check" : "alert"
    default: nil
    }
  }
}

/// A filter as a chip that opens its choices; each choice is an address, so it works without script.
struct BoardChip: PageValue {
  let name, chosen: String
  let isOn: Bool
  let clearAddress: String
  let choices: [Choice]

  static func all(_ page: BoardPage) -> [BoardChip] {
    let wording = page.frame.wording, filter = page.filter
    func chip(_ key: String, _ items: [(value: String?, words: String)], _ now: String?, _ change: (inout BoardFilter, String?) -> Void)
      -> BoardChip
    {
      let any = [(value: String?.none, words: wording.text("cases.any"))]
      let choices = (any + items).map { item in
        var next = filter
        change(&next, item.value)
        return Choice(value: BoardPage.address(next), words: item.words, isChosen: item.value == now)
      }
      let chosen = items.first { $0.value == now }?.words
      return BoardChip(
        name: wording.text("cases.\(key)"), chosen: chosen ?? wording.text("cases.any"), isOn: now != nil,
        clearAddress: choices[0].value, choices: choices)
    }
    func words<Word: RawRepresentable<String>>(_ group: String, _ all: [Word]) -> [(value: String?, words: String)] {
      all.map { ($0.rawValue, wording.word(group, $0.rawValue)) }
    }
    let states: [RequestState] = [.reported, .accepted, .working, .cleared, .confirmed]
    let state: String? = if case .state(let state) = filter.place { state.rawValue } else { nil }
    return [
      chip("branch", page.branches.map { ($0.id, $0.name) }, filter.branch) { $0.branch = $1 },
      chip("urgency", words("urgency", Urgency.allCases), filter.urgency?.rawValue) { $0.urgency = $1.flatMap(Urgency.init(rawValue:)) },
      chip(
        "engineer",
        page.engineers.filter { filter.branch == nil || $0.branch == filter.branch || $0.id == filter.engineer }.map {
          ($0.id, [$0.name, $0.partner ?? $0.branchName].compactMap { $0 }.joined(separator: " · "))
        }, filter.engineer
      ) { $0.engineer = $1 },
      chip("state", words("state", states), state) { $0.place = $1.flatMap(RequestState.init(rawValue:)).map { .state($0) } ?? .open },
      chip("kind", words("kind", RequestKind.allCases), filter.kind?.rawValue) { $0.kind = $1.flatMap(RequestKind.init(rawValue:)) },
    ]
  }

  func child(named: String) -> Any? {
    switch named {
    case "chipName": name
    case "chipChosen": chosen
    case "isOn": isOn
    case "chipClear": clearAddress
    case "chipChoices": choices
    default: nil
    }
  }
}
