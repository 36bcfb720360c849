/// A body of an event, to and from JSON. Written out field by field and not derived: a body is decided for good, so its text must
/// not follow a renamed property, and `verify` reads every body there is.
protocol EventBody {
  init(_ body: JSONValue) throws(UnreadableBody)
  var json: JSONValue { get }
}

/// An event's body lacks a field, or has something else in it.
public struct UnreadableBody: Error, Hashable, Sendable, CustomStringConvertible {
  public let field: String
  public var description: String { "the body's “\(field)” is missing, or not what it has to be" }
}

extension JSONValue {
  func text(_ name: String) throws(UnreadableBody) -> String {
    guard let text = self[name]?.text else { throw UnreadableBody(field: name) }
    return text
  }

  func optionalText(_ name: String) throws(UnreadableBody) -> String? {
    guard let value = self[name], value != .null else { return nil }
    guard let text = value.text else { throw UnreadableBody(field: name) }
    return text
  }

  func word<Word: RawRepresentable<String>>(_ name: String) throws(UnreadableBody) -> Word {
    guard let word = Word(rawValue: try text(name)) else { throw UnreadableBody(field: name) }
    return word
  }

  func optionalWord<Word: RawRepresentable<String>>(_ name: String) throws(UnreadableBody) -> Word? {
    guard let text = try optionalText(name) else { return nil }
    guard let word = Word(rawValue: text) else { throw UnreadableBody(field: name) }
    return word
  }

  func number(_ name: String) throws(UnreadableBody) -> Int {
    guard let number = self[name]?.integer else { throw UnreadableBody(field: name) }
    return Int(number)
  }

  func optionalNumber(_ name: String) throws(UnreadableBody) -> Int? {
    guard let value = self[name], value != .null else { return nil }
    return try number(name)
  }

  func instant(_ name: String) throws(UnreadableBody) -> Instant {
    guard let instant = try optionalInstant(name) else { throw UnreadableBody(field: name) }
    return instant
  }

  func optionalInstant(_ name: String) throws(UnreadableBody) -> Instant? {
    guard let text = try optionalText(name) else { return nil }
    guard let instant = try? Instant(parsing: text) else { throw UnreadableBody(field: name) }
    return instant
  }

  func id<Entity>(_ name: String) throws(UnreadableBody) -> ID<Entity> { ID(try text(name)) }
  func optionalID<Entity>(_ name: String) throws(UnreadableBody) -> ID<Entity>? { try optionalText(name).map { ID($0) } }

  func body<Body: EventBody>(_ name: String) throws(UnreadableBody) -> Body {
    guard let value = self[name] else { throw UnreadableBody(field: name) }
    return try Body(value)
  }

  func optionalTexts(_ name: String) throws(UnreadableBody) -> [String]? {
    guard let value = self[name], value != .null else { return nil }
    guard let texts = value.array?.map(\.text), texts.allSatisfy({ $0 != nil }) else { throw UnreadableBody(field: name) }
    return texts.compactMap { $0 }
  }

  func optionalAttributes(_ name: String) throws(UnreadableBody) -> [String: String]? {
    guard let value = self[name], value != .null else { return nil }
    guard let members = value.members else { throw UnreadableBody(field: name) }
    var attributes: [String: String] = [:]
    for member in members { attributes[member.name] = try value.text(member.name) }
    return attributes
  }

  // The other way.

  init<Entity>(_ id: ID<Entity>?) { self.init(id?.text) }
  init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }
  init(_ word: (some RawRepresentable<String>)?) { self.init(word?.rawValue) }
  init(_ texts: [String]?) { self = texts.map { .array($0.map { .text($0) }) } ?? .null }

  init(_ attributes: [String: String]?) {
    guard let attributes else {
      self = .null
      return
    }
    self = .object(attributes.map { Member(name: $0.key, value: .text($0.value)) }.sorted { $0.name < $1.name })
  }
}

extension Person: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    guard body.members != nil else { throw UnreadableBody(field: "contact") }
    self.init(contact: try body.optionalID("contact"), name: try body.optionalText("name"), phone: try body.optionalText("phone"))
  }

  var json: JSONValue { .fields(("contact", JSONValue(contact)), ("name", JSONValue(name)), ("phone", JSONValue(phone))) }
}
