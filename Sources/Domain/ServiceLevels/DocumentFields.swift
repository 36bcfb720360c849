/// Reads one map of a policy or case file key by key; every refusal names line and entry.
struct DocumentFields {
  let entry: String?
  private let line: Int
  private let fields: [String: DocumentNode.Entry]

  init(_ node: DocumentNode, keys: [String], entry: String?) throws(PolicyError) {
    self.entry = entry
    line = node.line
    guard case .map(let entries) = node.content else {
      throw .at(line: node.line, entry: entry, .wrongShape(key: entry ?? "file", expected: "keys with values"))
    }
    var fields: [String: DocumentNode.Entry] = [:]
    for field in entries {
      guard keys.contains(field.key) else { throw .at(line: field.line, entry: entry, .unknownKey(field.key, allowed: keys)) }
      guard field.value.content != .nothing else { continue }
      fields[field.key] = field
    }
    self.fields = fields
  }

  func node(_ key: String) -> DocumentNode? { fields[key]?.value }

  func refusal(_ key: String, _ reason: PolicyError) -> PolicyError {
    .at(line: fields[key]?.line ?? line, entry: entry, reason)
  }

  func require<Value>(_ key: String, _ value: Value?) throws(PolicyError) -> Value {
    guard let value else { throw refusal(key, .missingKey(key)) }
    return value
  }

  func text(_ key: String) throws(PolicyError) -> String? {
    guard let node = node(key) else { return nil }
    return try text(node, key)
  }

  /// One text, or a list of them.
  func texts(_ key: String) throws(PolicyError) -> [String]? {
    guard let node = node(key) else { return nil }
    guard case .list(let items) = node.content else { return [try text(node, key)] }
    guard items.count <= 50 else { throw refusal(key, .tooMany("values of “\(key)”", limit: 50)) }
    var texts: [String] = []
    for item in items { texts.append(try text(item, key)) }
    return texts
  }

  func list(_ key: String, limit: Int) throws(PolicyError) -> [DocumentNode] {
    guard let node = node(key) else { return [] }
    guard case .list(let items) = node.content else { throw refusal(key, .wrongShape(key: key, expected: "a list")) }
    guard items.count <= limit else { throw refusal(key, .tooMany(key, limit: limit)) }
    return items
  }

  /// A map of texts, in the order of the file.
  func map(_ key: String) throws(PolicyError) -> [(key: String, line: Int, value: String)] {
    guard let node = node(key) else { return [] }
    guard case .map(let entries) = node.content else { throw refusal(key, .wrongShape(key: key, expected: "{key: value}")) }
    var pairs: [(key: String, line: Int, value: String)] = []
    for field in entries { pairs.append((field.key, field.line, try text(field.value, field.key, orNothing: true))) }
    return pairs
  }

  func duration(_ key: String) throws(PolicyError) -> PolicyDuration? {
    guard let text = try text(key) else { return nil }
    do { return try PolicyDuration(parsing: text) } catch { throw refusal(key, error) }
  }

  func instant(_ key: String) throws(PolicyError) -> Instant? {
    guard let text = try text(key) else { return nil }
    guard let instant = try? Instant(parsing: text) else { throw refusal(key, .notAnInstant(key: key, text)) }
    return instant
  }

  /// One of a closed list of words.
  func word<Word: RawRepresentable & CaseIterable>(_ key: String, _: Word.Type) throws(PolicyError) -> Word?
  where Word.RawValue == String {
    guard let text = try text(key) else { return nil }
    guard let word = Word(rawValue: text) else {
      throw refusal(key, .unknownWord(key: key, text, allowed: Word.allCases.map(\.rawValue)))
    }
    return word
  }

  func text(_ node: DocumentNode, _ key: String, orNothing: Bool = false) throws(PolicyError) -> String {
    if orNothing, node.content == .nothing { return "" }
    guard case .text(let text) = node.content, orNothing || !text.isEmpty, text.utf8.count <= 200,
      text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 })
    else { throw .at(line: node.line, entry: entry, .wrongShape(key: key, expected: "a text of up to 200 bytes on one line")) }
    return text
  }
}
