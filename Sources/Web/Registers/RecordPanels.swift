import Domain
import Operations

/// What belongs to a record: which register, by which field.
struct RecordPanels: Sendable {
  let register: Register
  let field: String

  /// So many of each; a link leads to all.
  static let shown = 6

  static func of(_ register: Register) -> [RecordPanels] {
    switch register {
    case .customers:
      [.init(.equipment, "customer"), .init(.contacts, "customer"), .init(.sites, "customer"), .init(.departments, "customer")]
    case .sites: [.init(.equipment, "site"), .init(.contacts, "site"), .init(.departments, "site")]
    case .departments: [.init(.equipment, "department"), .init(.contacts, "department")]
    case .models: [.init(.equipment, "model")]
    case .branches: [.init(.staff, "branch"), .init(.customers, "branch")]
    case .equipment, .staff, .contacts: []
    }
  }

  private init(_ register: Register, _ field: String) { (self.register, self.field) = (register, field) }

  static func cases(of item: RecordItem) -> RequestQuery? {
    var query = RequestQuery()
    query.limit = shown
    switch item.register {
    case .customers: query.customer = item.id
    case .equipment: query.equipment = item.id
    default: return nil
    }
    return query
  }

  static func panel(_ panel: RecordPanels, of item: RecordItem, _ found: Page<RegisterItem>, mayWrite: Bool, _ wording: Wording)
    -> RecordPanel
  {
    let words = RegisterWords(panel.register, wording)
    let all = RegisterListPage.Filters(values: [panel.field: item.id])
    // A new one of a place is of that place's hospital too.
    var given = [panel.field: item.id]
    if panel.field != "customer", panel.register.description.field("customer") != nil { given["customer"] = item.reference("customer")?.id }
    if panel.field == "department" { given["site"] = item.reference("site")?.id }
    let new = RegisterListPage.Filters(values: given.compactMapValues { $0 }).address(panel.register, "/new")
    return RecordPanel(
      title: words.name, address: all.address(panel.register), newAddress: mayWrite ? new : "",
      newWords: wording.text("register.\(panel.register.rawValue).new"),
      empty: wording.text("record.no.\(panel.register.rawValue)"),
      lines: found.items.map { line(RecordItem(panel.register, $0), words) }, more: found.next != nil)
  }

  private static func line(_ item: RecordItem, _ words: RegisterWords) -> RecordLine {
    let wording = words.wording
    let href = RegisterWords.address(item.register, item.id)
    let title = item.title.isEmpty ? wording.text("records.forgotten") : item.title
    func places(_ names: [String]) -> String { names.compactMap { item.reference($0)?.name }.joined(separator: " · ") }
    switch item.register {
    case .equipment:
      let validity = item.warrantyEnds.map { Validity(ends: $0, "warranty", wording) }
      return RecordLine(
        href: href, title: title, note: places(["model", "site", "department"]), tone: validity?.tone, tag: validity?.words ?? "")
    case .contacts:
      let function = item.text("function").map { words.word("function", $0) }
      return RecordLine(
        href: href, title: title,
        note: [item.text("phone"), function, item.reference("department")?.name].compactMap { $0 }.joined(separator: " · "))
    case .sites: return RecordLine(href: href, title: title, note: item.text("address") ?? "")
    case .departments: return RecordLine(href: href, title: title, note: places(["site"]))
    case .staff:
      let validity = Validity(ofCertificates: item.certificates, wording)
      return RecordLine(
        href: href, title: title, note: item.text("role").map { words.word("role", $0) } ?? "",
        tone: validity.words.isEmpty || validity.tone == "met" ? nil : validity.tone, tag: validity.tone == "met" ? "" : validity.words)
    case .customers: return RecordLine(href: href, title: title, note: item.text("district") ?? "")
    case .models, .branches: return RecordLine(href: href, title: title, note: "")
    }
  }
}
