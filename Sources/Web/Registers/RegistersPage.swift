import Domain
import Operations

/// All registers: what each is for, and how much there is.
struct RegistersPage: Sendable {
  struct Entry: Sendable {
    let register: Register
    let count: Int
    let mayWrite: Bool
  }

  /// Counted so far and no farther.
  static let most = 1_000

  var frame: Frame
  var entries: [Entry]

  func values() -> some PageValue { RegistersValues(page: self) }
}

struct RegistersValues: PageValue {
  let page: RegistersPage

  func child(named: String) -> Any? {
    switch named {
    case "registerTabs": RegisterTab.all(here: "", page.frame)
    case "entries": page.entries.map { EntryValue(entry: $0, wording: page.frame.wording) }
    case "mayLabel": page.frame.reader.map { Permissions.scope(of: .linkLabel, for: $0.role) == .all } ?? false
    case "mayHang": page.frame.reader.map { Permissions.scope(of: .linkWall, for: $0.role) != nil } ?? false
    case "mayManage": page.frame.reader.map { Permissions.scope(of: .accountManage, for: $0.role) != nil } ?? false
    default: nil
    }
  }

  private struct EntryValue: PageValue {
    let entry: RegistersPage.Entry
    let wording: Wording

    func child(named: String) -> Any? {
      switch named {
      case "entryName": wording.text("register.\(entry.register.rawValue)")
      case "entryAbout": wording.text("register.\(entry.register.rawValue).about")
      case "entryAddress": RegisterWords.address(entry.register)
      case "entryCount":
        entry.count >= RegistersPage.most ? wording.text("records.count-more", "1,000") : wording.text("records.count", String(entry.count))
      case "entryNew": entry.mayWrite ? RegisterWords.address(entry.register, nil, "/new") : false
      case "entryImport": entry.mayWrite ? RegisterWords.address(entry.register, nil, "/import") : false
      case "entryNewWords": wording.text("register.\(entry.register.rawValue).new")
      default: nil
      }
    }
  }
}
