import Operations

/// What the desk asks beyond the fields of a case (INT-7) stands in the first lines of its description, in words, so everybody who reads the case reads
/// it: `【停机】院内已经做过：重启、查电源`. No event has a field for it, and none needs one: nothing counts by it yet.
struct DeskNote {
  var scope = ""
  var tries: [String] = []
  /// How the caller calls a machine that no register has.
  var place = ""
  var said = ""

  /// Of a fault's summary so much; lists show one line.
  static let summaryLimit = 80

  /// The first sentence, which lists show.
  var summary: String {
    let line = said.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    guard line.count > Self.summaryLimit else { return line }
    let head = line.prefix(Self.summaryLimit)
    if let end = head.lastIndex(where: { "。！？；;.!?".contains($0) }), head.distance(from: head.startIndex, to: end) > 8 {
      return String(head[..<end])
    }
    return String(head.dropLast()) + "…"
  }

  /// Nil where the summary says it all.
  func description(_ wording: Wording) -> String? {
    var first = scope.isEmpty ? "" : "【\(wording.text("desk.scope.\(scope)"))】"
    if !tries.isEmpty { first += wording.text("desk.note.tried", wording.list(tries.map { wording.text("desk.tried.\($0)") })) }
    let lines = [first, place.isEmpty ? "" : wording.text("desk.note.place", place)].filter { !$0.isEmpty }
    if lines.isEmpty && said == summary { return nil }
    return (lines + [said]).joined(separator: "\n")
  }

  /// Reads what ``description(_:)`` wrote, in either language; what it did not write is what was said.
  init(description: String?, summary: String) {
    var lines = (description ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for language in Language.allCases {
      let catalogue = Catalogue.of(language)
      func text(_ key: String, _ arguments: String...) -> String { catalogue.text(key, arguments) ?? key }
      func after(_ key: String, in line: String) -> String? {
        let start = text(key, "")
        return line.hasPrefix(start) ? String(line.dropFirst(start.count)) : nil
      }
      if let first = lines.first {
        var rest = first
        for scope in DeskForm.scopes where rest.hasPrefix("【\(text("desk.scope.\(scope)"))】") {
          self.scope = scope
          rest = String(rest.dropFirst(text("desk.scope.\(scope)").count + 2))
          break
        }
        if let tried = after("desk.note.tried", in: rest) {
          tries = DeskForm.tries.filter { tried.contains(text("desk.tried.\($0)")) }
          rest = ""
        }
        if rest.isEmpty || rest != first { lines[0] = rest }
        if rest.isEmpty { lines.removeFirst() }
      }
      if let line = lines.first, let place = after("desk.note.place", in: line) {
        self.place = place
        lines.removeFirst()
      }
    }
    said = lines.joined(separator: "\n")
    if said.isEmpty { said = summary }
  }

  init() {}
}
