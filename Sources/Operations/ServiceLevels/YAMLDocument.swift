public import Domain
import Yams

/// YAML as it was written. By nodes, because as values YAML 1.1 makes 750 of `12:30` and false of `off`.
public enum YAMLDocument {
  /// More than any real policy or case; aliases count as often as they are used.
  private static let nodes = 1_000_000, depth = 12

  /// - Throws: `PolicyError` with the line, for what is no YAML, too large or too deep.
  public static func read(_ text: String, limit: Int) throws(PolicyError) -> DocumentNode {
    guard text.utf8.count <= limit else { throw .tooLarge(limit: limit) }
    // As editors on Windows begin a file.
    let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    let root: Node?
    do { root = try Parser(yaml: text).singleRoot() } catch let error as YamlError { throw refusal(error) } catch {
      throw .malformed("\(error)")
    }
    var left = nodes
    return try root.map { node throws(PolicyError) in try convert(node, depth, &left) } ?? DocumentNode(line: 1, .map([]))
  }

  private static func convert(_ node: Node, _ depth: Int, _ left: inout Int) throws(PolicyError) -> DocumentNode {
    let line = node.mark?.line ?? 1
    left -= 1
    guard left > 0, depth > 0 else { throw .at(line: line, entry: nil, .tooLarge(limit: nodes)) }
    switch node {
    case .scalar(let scalar):
      let empty = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      return DocumentNode(line: line, empty ? .nothing : .text(scalar.string))
    case .sequence(let sequence):
      var items: [DocumentNode] = []
      for item in sequence { items.append(try convert(item, depth - 1, &left)) }
      return DocumentNode(line: line, .list(items))
    case .mapping(let mapping):
      var entries: [DocumentNode.Entry] = []
      for (key, value) in mapping {
        guard case .scalar(let name) = key else {
          throw .at(line: line, entry: nil, .wrongShape(key: "key", expected: "a plain word before the colon"))
        }
        let line = key.mark?.line ?? line
        entries.append(DocumentNode.Entry(key: name.string, line: line, value: try convert(value, depth - 1, &left)))
      }
      return DocumentNode(line: line, .map(entries))
    case .alias: throw .at(line: line, entry: nil, .malformed("an alias names nothing"))
    }
  }

  private static func refusal(_ error: YamlError) -> PolicyError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
      .at(line: mark.line, entry: nil, .malformed(problem))
    case .duplicatedKeysInMapping(let keys, let context):
      .at(line: context.mark.line, entry: nil, .malformed("the key \(keys.joined(separator: ", ")) stands twice"))
    case .reader(let problem, _, _, _): .malformed(problem)
    default: .malformed("\(error)".split(separator: "\n").joined(separator: " "))
    }
  }
}

extension ServicePolicy {
  /// A policy from the text of its file, all of it checked.
  ///
  /// - Parameters:
  ///   - holidays: the table that its calendars follow; a policy in the journal has its own, frozen.
  ///   - calendar: gives the text of a calendar file by the path that stands in the policy; nil when it cannot be read.
  public init(
    yaml text: String, holidays: HolidayTable = .china, calendar: (_ path: String) -> String? = { _ in nil }
  ) throws(PolicyError) {
    try self.init(document: YAMLDocument.read(text, limit: 1_000_000)) { path throws(PolicyError) in
      guard let text = calendar(path) else { throw .calendarNotRead(path) }
      let definition = try CalendarDefinition(yaml: text)
      // A promise must have an end: days of their own alone run out.
      guard definition.week.contains(where: { !$0.isEmpty }) else { throw .neverOpens }
      return try WorkingCalendar(definition, holidays: definition.holidays == .china ? holidays : .none)
    }
  }
}
