import Domain
import Foundation
import Testing

@Suite struct PermissionTests {
  @Test(arguments: Action.allCases)
  func `an administrator may do everything`(_ action: Action) {
    #expect(Permissions.scope(of: action, for: .administrator) == .all)
  }

  @Test(arguments: [Role.partner, .hospital], Action.allCases)
  func `whoever is not of the company sees only what is theirs (ORG-3, ORG-5)`(_ role: Role, _ action: Action) {
    #expect(Permissions.scope(of: action, for: role) != .all)
    if [.changesRead, .export, .accountManage, .staffWrite, .registerWrite, .requestDispatch, .requestClose, .noticeRead, .outboxManage]
      .contains(action)
    {
      #expect(Permissions.scope(of: action, for: role) == nil)
    }
  }

  @Test func `only managers sign off (FLT-4)`() {
    #expect(Role.allCases.filter { Permissions.scope(of: .requestSignOff, for: $0) != nil } == Role.allCases.filter(\.isManager))
  }

  @Test func `the printed table says what the code does`() throws {
    let header = "| " + (["action"] + Role.allCases.map(\.rawValue)).joined(separator: " | ") + " |"
    let rule = "|" + String(repeating: " --- |", count: Role.allCases.count + 1)
    let rows = Action.allCases.map { action in
      let cells = Role.allCases.map { Permissions.scope(of: action, for: $0)?.rawValue ?? "" }
      return "| " + ([action.rawValue] + cells).joined(separator: " | ") + " |"
    }
    try PrintedTable.compare(([header, rule] + rows).joined(separator: "\n"), with: "PERMISSIONS.md")
  }
}

/// A table in Docs that is made from the code: the file must hold it word for word. `WEIBAO_PRINT_DOCS=1` renews it.
enum PrintedTable {
  static func compare(_ table: String, with file: String, line: SourceLocation = #_sourceLocation) throws {
    let docs = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Docs/\(file)")
    let text = try String(contentsOf: docs, encoding: .utf8)
    let lines = text.components(separatedBy: "\n")
    let first = try #require(lines.firstIndex { $0.hasPrefix("|") }, sourceLocation: line)
    let last = lines.lastIndex { $0.hasPrefix("|") } ?? first
    if ProcessInfo.processInfo.environment["WEIBAO_PRINT_DOCS"] != nil {
      let renewed = lines[..<first] + [table] + lines[(last + 1)...]
      try renewed.joined(separator: "\n").write(to: docs, atomically: true, encoding: .utf8)
      return
    }
    #expect(
      lines[first...last].joined(separator: "\n") == table, "Docs/\(file) is old: run the tests with WEIBAO_PRINT_DOCS=1",
      sourceLocation: line)
  }
}
