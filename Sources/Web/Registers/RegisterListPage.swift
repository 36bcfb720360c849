import Domain
import Operations

/// One register as a list (ORG-2): searched, filtered, sorted where an index carries it, page by page.
struct RegisterListPage: Sendable {
  /// As the address holds them.
  struct Filters: Sendable, Hashable {
    var values: [String: String] = [:]
    var archived = false
    var find = ""
    var sort = ""

    var isNarrow: Bool { !values.isEmpty || archived || !find.isEmpty }

    func address(_ register: Register, _ rest: String = "", cursor: String? = nil) -> String {
      var items = values.sorted { $0.key < $1.key }.map { "\($0.key)=\(Address.escaped($0.value))" }
      if archived { items.append("archived=true") }
      if !find.isEmpty { items.append("find=\(Address.escaped(find))") }
      if !sort.isEmpty { items.append("sort=\(Address.escaped(sort))") }
      if let cursor { items.append("cursor=\(Address.escaped(cursor))") }
      return RegisterWords.address(register, nil, rest) + (items.isEmpty ? "" : "?\(items.joined(separator: "&"))")
    }

    var query: RegisterQuery {
      var query = RegisterQuery()
      (query.filters, query.includeArchived) = (values, archived)
      query.search = find.isEmpty ? nil : find
      // What was made last stands first: that is what somebody comes back for.
      query.sort = sort.isEmpty ? "-id" : sort
      return query
    }
  }

  var frame: Frame
  var register: Register
  var filters = Filters()
  var page: Page<RegisterItem>
  /// Counted up to ``most``; nil while something is looked for.
  var count: Int?
  var isFollowing = false
  var branches: [NamedThing] = []
  /// Names of what the filters refer to.
  var names: [String: String] = [:]
  var mayWrite = false
  var mayExport = false

  static let most = 1_000

  func values() -> some PageValue { RegisterListValues(self) }
}

struct RegisterListValues: PageValue {
  let page: RegisterListPage
  let words: RegisterWords
  let rows: [RegisterRow]

  init(_ page: RegisterListPage) {
    self.page = page
    words = RegisterWords(page.register, page.frame.wording)
    let words = words, columns = RegisterColumn.all(of: page.register)
    rows = page.page.items.map { RegisterRow(RecordItem(page.register, $0), columns, words) }
  }

  private var wording: Wording { words.wording }
  private var description: RegisterDescription { page.register.description }

  func child(named: String) -> Any? {
    let filters = page.filters, register = page.register
    switch named {
    case "registerTabs": return RegisterTab.all(here: register.rawValue, page.frame)
    case "registerName": return words.name
    case "registerAbout": return wording.text("register.\(register.rawValue).about")
    case "listAddress": return RegisterWords.address(register)
    case "find": return filters.find
    case "isFound": return !filters.find.isEmpty
    case "kept": return kept
    case "keptChips": return keptChips
    case "chips": return chips
    case "archivedChosen": return filters.archived
    case "isNarrow": return filters.isNarrow
    case "clearAddress": return RegisterWords.address(register)
    case "countWords": return countWords
    case "heads": return RegisterColumn.all(of: register).map { RegisterHead($0, filters, words) }
    case "rows": return rows
    case "isEmpty": return rows.isEmpty
    case "emptyTitle": return wording.text(filters.isNarrow ? "records.empty-filter" : "records.empty", words.name)
    case "newAddress": return page.mayWrite ? RegisterWords.address(register, nil, "/new") : false
    case "newWords": return wording.text("register.\(register.rawValue).new")
    case "importAddress": return page.mayWrite ? RegisterWords.address(register, nil, "/import") : false
    case "exportAddress": return page.mayExport && filters.find.isEmpty ? filters.address(register, "/export") : false
    case "nextPage": return page.page.next.map { filters.address(register, cursor: $0) } ?? false
    case "isFollowing": return page.isFollowing
    case "here": return filters.address(register)
    case "isCut": return filters.find.isEmpty ? false : rows.count >= RegisterListPage.foundMost
    default: return nil
    }
  }

  private var countWords: String {
    guard let count = page.count else { return wording.text("records.found", String(rows.count)) }
    return count >= RegisterListPage.most
      ? wording.text("records.count-more", "1,000") : wording.text("records.count", String(count))
  }

  /// Filters that stay while something is looked for.
  private var kept: [Choice] {
    page.filters.values.sorted { $0.key < $1.key }.map { Choice(value: $0.value, words: $0.key) }
      + (page.filters.archived ? [Choice(value: "true", words: "archived")] : [])
  }

  /// What a link chose: shown with a way to let go of it.
  private var keptChips: [KeptChip] {
    page.filters.values.sorted { $0.key < $1.key }.compactMap { name, value in
      guard !chips.contains(where: { $0.name == name }) else { return nil }
      var without = page.filters
      without.values[name] = nil
      return KeptChip(
        name: name, label: words.label(name), value: value, words: page.names[name] ?? value, address: without.address(page.register))
    }
  }

  private var chips: [FilterChip] {
    description.filters.compactMap { name in
      guard let field = description.field(name) else { return nil }
      let chosen = page.filters.values[name] ?? ""
      switch (field.field.type, field.storage) {
      case (.word(let list), _):
        return FilterChip(
          name: name, label: words.label(name), value: chosen,
          choices: list.map { Choice(value: $0, words: words.word(name, $0), isChosen: $0 == chosen) })
      case (_, .reference(.branches)) where !page.branches.isEmpty:
        return FilterChip(
          name: name, label: words.label(name), value: chosen,
          choices: page.branches.map { Choice(value: $0.id, words: $0.name, isChosen: $0.id == chosen) })
      default: return nil
      }
    }
  }
}

extension RegisterListPage {
  /// Of what is looked for so many are shown.
  static let foundMost = 100
}

/// One of the registers, or the accounts, above every page of this room.
struct RegisterTab: PageValue {
  let name, address: String
  let isHere: Bool

  static func all(here: String, _ frame: Frame) -> [RegisterTab] {
    var tabs = RegisterList.shown(to: frame.reader).map {
      RegisterTab(
        name: frame.wording.text("register.\($0.rawValue)"), address: RegisterWords.address($0), isHere: $0.rawValue == here)
    }
    if let reader = frame.reader, Permissions.scope(of: .accountManage, for: reader.role) != nil {
      tabs.append(RegisterTab(name: frame.wording.text("users.title"), address: "/registers/users", isHere: here == "users"))
    }
    return tabs
  }

  func child(named: String) -> Any? {
    switch named {
    case "tabName": name
    case "tabAddress": address
    case "isHereTab": isHere
    default: nil
    }
  }
}

enum RegisterList {
  /// From the hospital to the machine, then ourselves.
  static let order: [Register] = [.customers, .sites, .departments, .contacts, .equipment, .models, .staff, .branches]

  static func shown(to reader: Actor?) -> [Register] {
    guard let reader, let scope = Permissions.scope(of: .registerRead, for: reader.role) else { return [] }
    return scope == .all ? order : [.customers, .sites, .departments, .contacts, .equipment]
  }
}

struct RegisterRow: PageValue {
  let cells: [RegisterCell]
  let isArchived: Bool

  init(_ item: RecordItem, _ columns: [RegisterColumn], _ words: RegisterWords) {
    var cells = columns.map { RegisterCell($0, of: item, words) }
    if !cells.isEmpty {
      cells[0].href = RegisterWords.address(item.register, item.id)
      if item.isArchived { cells[0].mark = words.wording.text(item.mergedInto == nil ? "records.archived" : "records.merged") }
    }
    if cells[0].words.isEmpty {
      var first = RegisterCell(columns[0], of: item, words)
      first.href = cells[0].href
      first.mark = words.wording.text("records.forgotten")
      cells[0] = first
    }
    (self.cells, isArchived) = (cells, item.isArchived)
  }

  func child(named: String) -> Any? {
    switch named {
    case "cells": cells
    case "isArchived": isArchived
    default: nil
    }
  }
}

/// A column's heading; a link where an index gives its order.
private struct RegisterHead: PageValue {
  let look, words, sortAddress, arrow: String

  init(_ column: RegisterColumn, _ filters: RegisterListPage.Filters, _ words: RegisterWords) {
    look = column.look
    self.words = words.label(column.name)
    // Rows chosen by a filter come in the order of that filter's index.
    guard let sort = column.sort(words.register.description), filters.values.isEmpty, filters.find.isEmpty else {
      (sortAddress, arrow) = ("", "")
      return
    }
    var next = filters
    // Up, down, and back to what was made last.
    next.sort = filters.sort == sort ? "-\(sort)" : filters.sort == "-\(sort)" ? "" : sort
    sortAddress = next.address(words.register)
    arrow = filters.sort == sort ? "ascending" : filters.sort == "-\(sort)" ? "descending" : ""
  }

  func child(named: String) -> Any? {
    switch named {
    case "look": look
    case "headWords": words
    case "sortAddress": sortAddress.isEmpty ? false : sortAddress
    case "isUp": arrow == "ascending"
    case "isDown": arrow == "descending"
    case "arrow": arrow.isEmpty ? false : arrow
    default: nil
    }
  }
}

private struct FilterChip: PageValue {
  let name, label, value: String
  let choices: [Choice]

  func child(named: String) -> Any? {
    switch named {
    case "chipName": name
    case "chipLabel": label
    case "isSet": !value.isEmpty
    case "choices": choices
    default: nil
    }
  }
}

private struct KeptChip: PageValue {
  let name, label, value, words, address: String

  func child(named: String) -> Any? {
    switch named {
    case "chipName": name
    case "chipLabel": label
    case "chipValue": value
    case "chipWords": words
    case "chipAddress": address
    default: nil
    }
  }
}
