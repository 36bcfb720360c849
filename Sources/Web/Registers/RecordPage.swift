import Domain
import Operations

/// One record: what is known of it, what belongs to it, what was changed (ORG-2, ORG-4, ORG-5, WAR-1).
struct RecordPage: Sendable {
  struct Rights: Sendable {
    var write = false, merge = false, account = false, label = false
  }

  var frame: Frame
  var item: RecordItem
  var panels: [RecordPanel] = []
  var cases: [RequestView] = []
  var casesMore = false
  /// Of a person: where their account is kept, or made; nil where the reader keeps none.
  var account: (words: String, address: String)?
  /// Nil where the reader may not see who wrote what.
  var changes: [RegisterChange]?
  var changesGoOn = false
  var rights = Rights()
  var formKey = ""
  /// What was just done, as a key of the catalogue.
  var done: String?
  /// Why something was refused, in the reader's language.
  var problem: String?

  func values() -> some PageValue { RecordValues(self) }
}

/// Records that belong to this one: some of them, and where all are.
struct RecordPanel: PageValue {
  let title, address, newAddress, newWords, empty: String
  let lines: [RecordLine]
  let more: Bool

  func child(named: String) -> Any? {
    switch named {
    case "panelTitle": title
    case "panelAddress": address
    case "panelNew": newAddress.isEmpty ? false : newAddress
    case "panelNewWords": newWords
    case "panelEmpty": empty
    case "lines": lines
    case "hasLines": !lines.isEmpty
    case "panelMore": more
    default: nil
    }
  }
}

struct RecordLine: PageValue {
  let href, title, note: String
  var tone: String?
  var tag = ""

  func child(named: String) -> Any? {
    switch named {
    case "lineHref": href
    case "lineTitle": title
    case "lineNote": note.isEmpty ? false : note
    case "lineTone": tone ?? ""
    case "lineTag": tag.isEmpty ? false : tag
    default: nil
    }
  }
}

/// A field with its value, as a term and what it means.
struct RecordFact: PageValue {
  let label: String
  var words = "", href = "", tone: String?
  var isNumber = false
  var tags: [FactTag] = []

  struct FactTag: PageValue {
    let words, tone: String
    func child(named: String) -> Any? {
      switch named {
      case "tagWords": words
      case "tagTone": tone
      default: nil
      }
    }
  }

  func child(named: String) -> Any? {
    switch named {
    case "factLabel": label
    case "factWords": words
    case "factHref": href.isEmpty ? false : href
    case "factTone": tone ?? ""
    case "isToned": tone != nil
    case "isNumber": isNumber
    case "factTags": tags
    default: nil
    }
  }
}

struct RecordValues: PageValue {
  let page: RecordPage
  let words: RegisterWords
  let facts: [RecordFact]
  private let missing: [String]

  init(_ page: RecordPage) {
    self.page = page
    let words = RegisterWords(page.item.register, page.frame.wording)
    self.words = words
    var facts: [RecordFact] = [], missing: [String] = []
    for field in page.item.register.description.fields {
      if let fact = Self.fact(field, page.item, words) { facts.append(fact) } else { missing.append(words.label(field.name)) }
    }
    (self.facts, self.missing) = (facts, missing)
  }

  private var wording: Wording { words.wording }
  private var item: RecordItem { page.item }

  func child(named: String) -> Any? {
    let register = item.register
    func address(_ rest: String) -> String { RegisterWords.address(register, item.id, rest) }
    let isInUse = !item.isArchived && item.mergedInto == nil
    switch named {
    case "registerTabs": return RegisterTab.all(here: register.rawValue, page.frame)
    case "registerName": return words.name
    case "listAddress": return RegisterWords.address(register)
    case "recordTitle": return item.title.isEmpty ? wording.text("records.forgotten") : item.title
    case "editWords": return wording.text("record.edit", words.one)
    case "under": return under
    case "validity": return validity?.words ?? false
    case "validityTone": return validity?.tone ?? ""
    case "isArchived": return item.isArchived && item.mergedInto == nil
    case "isForgotten": return item.isForgotten
    case "mergedAddress": return item.mergedInto.map { RegisterWords.address(register, $0) } ?? false
    case "facts": return facts
    case "missing": return missing.isEmpty ? false : wording.text("record.missing", wording.list(missing))
    case "panels": return page.panels
    case "editAddress": return page.rights.write && isInUse ? address("/edit") : false
    case "labelAddress": return labelAddress
    case "accountAddress": return page.account?.address ?? false
    case "accountWords": return page.account?.words ?? ""
    case "mayArchive": return page.rights.write && isInUse
    case "archiveWhat": return wording.text("record.archive-what.\(register.rawValue)")
    case "mayRestore": return page.rights.write && item.isArchived && item.mergedInto == nil
    case "mayRetire": return page.rights.write && isInUse && register == .equipment && item.text("state") != "retired"
    case "archiveAction": return address("/archive")
    case "restoreAction": return address("/restore")
    case "retireAction": return address("/retire")
    case "mergeAddress": return page.rights.merge && isInUse && RegisterOperations.mergeable.contains(register) ? address("/merge") : false
    case "unmergeAction":
      return page.rights.merge && item.mergedInto != nil && RegisterOperations.mergeable.contains(register) ? address("/unmerge") : false
    case "hasMore": return page.rights.write && isInUse
    case "version": return item.version
    case "formKey": return page.formKey
    case "absorbed": return absorbed
    case "hasAbsorbed": return !absorbed.isEmpty
    case "hasCases": return casesAddress != nil
    case "cases": return page.cases.map { CaseLine(view: $0, wording: wording) }
    case "isWithoutCases": return page.cases.isEmpty
    case "casesAddress": return casesAddress ?? ""
    case "casesMore": return page.casesMore
    case "hasHistory": return page.changes != nil
    case "history": return (page.changes ?? []).map { ChangeTelling($0, words) }
    case "historyGoesOn": return page.changesGoOn
    case "doneWords": return page.done.map { wording.text("record.done.\($0)") } ?? false
    case "undoAction":
      return page.rights.write && page.done == "archived" && item.isArchived ? address("/restore") : false
    case "problem": return page.problem ?? false
    default: return nil
    }
  }

  /// The sheet with its label, or with those of all its machines.
  private var labelAddress: Any {
    guard page.rights.label, !item.isArchived, item.mergedInto == nil else { return false }
    return switch item.register {
    case .equipment: "/labels?machine=\(Address.escaped(item.id))"
    case .customers: "/labels?customer=\(Address.escaped(item.id))"
    default: false
    }
  }

  /// What stands below the name: where it belongs.
  private var under: String {
    let parts: [String?] =
      switch item.register {
      case .equipment: [item.reference("model")?.name, item.reference("customer")?.name, item.reference("site")?.name]
      case .staff: [item.text("role").map { words.word("role", $0) }, item.reference("branch")?.name]
      case .contacts, .departments, .sites: [item.reference("customer")?.name, item.reference("site")?.name]
      case .customers: [item.text("kind").map { words.word("kind", $0) }, item.text("district")]
      case .models: [item.text("manufacturer"), item.text("category")]
      case .branches: [item.text("district")]
      }
    return parts.compactMap { $0 }.joined(separator: " · ")
  }

  private var validity: Validity? {
    switch item.register {
    case .equipment: return item.warrantyEnds.map { Validity(ends: $0, "warranty", wording) }
    case .staff:
      let validity = Validity(ofCertificates: item.certificates, wording)
      return validity.words.isEmpty ? nil : validity
    default: return nil
    }
  }

  private var absorbed: [RecordLine] {
    (item.json["absorbed"]?.array ?? []).map { one in
      let at = one["at"]?.text.flatMap { try? Instant(parsing: $0) }.map { wording.moment($0) }
      return RecordLine(
        href: RegisterWords.address(item.register, one["id"]?.text ?? ""), title: one["name"]?.text ?? "",
        note: [at, one["byName"]?.text, one["reason"]?.text].compactMap { $0 }.joined(separator: " · "))
    }
  }

  private var casesAddress: String? {
    switch item.register {
    case .customers: CasesPage.Filters(state: "all", customer: item.id).address()
    case .equipment: CasesPage.Filters(state: "all", equipment: item.id).address()
    case .branches: CasesPage.Filters(branch: item.id).address()
    case .staff where item.text("role") == Role.engineer.rawValue: CasesPage.Filters(engineer: item.id).address()
    default: nil
    }
  }

  private static func fact(_ field: RegisterField, _ item: RecordItem, _ words: RegisterWords) -> RecordFact? {
    let wording = words.wording, label = words.label(field.name)
    if case .reference(let register) = field.storage {
      return item.reference(field.name).map {
        RecordFact(label: label, words: $0.name, href: RegisterWords.address(register, $0.id))
      }
    }
    if field.name == "certificates" {
      guard !item.certificates.isEmpty else { return nil }
      return RecordFact(
        label: label,
        tags: item.certificates.sorted { $0.expires < $1.expires }.map {
          let validity = Validity(ends: $0.expires, "certificate", wording)
          return .init(words: "\($0.name) · \(validity.words)", tone: validity.tone)
        })
    }
    if let list = item.json[field.name]?.array {
      return list.isEmpty ? nil : RecordFact(label: label, words: wording.list(list.compactMap(\.text)))
    }
    guard let text = item.text(field.name) else { return nil }
    switch field.field.type {
    case .word: return RecordFact(label: label, words: words.word(field.name, text), tone: RegisterWords.tone(field.name, text))
    case .date: return RecordFact(label: label, words: CivilDate(parsing: text).map { wording.date($0) } ?? text)
    case .integer where field.name == "warrantyMonths": return RecordFact(label: label, words: wording.text("months", text))
    default:
      let href = field.name == "phone" ? "tel:\(text.filter { !$0.isWhitespace })" : field.name == "email" ? "mailto:\(text)" : ""
      return RecordFact(label: label, words: text, href: href, isNumber: RegisterCell.numbers.contains(field.name))
    }
  }
}

/// A case of this record on one line.
private struct CaseLine: PageValue {
  let view: RequestView
  let wording: Wording

  func child(named: String) -> Any? {
    switch named {
    case "lineHref": "/requests/\(Address.escaped(view.number))"
    case "lineNumber": view.number
    case "lineTitle": view.summary
    case "lineState": wording.word("state", view.state.rawValue)
    case "lineDay": wording.day(view.reportedAt)
    default: nil
    }
  }
}
