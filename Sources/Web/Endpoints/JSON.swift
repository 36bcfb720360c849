import Operations

/// A JSON value written by hand, for the OpenAPI document: members keep their order.
indirect enum JSON: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral, ExpressibleByStringInterpolation
{
  case null
  case text(String)
  case integer(Int)
  case bool(Bool)
  case array([JSON])
  case object([(String, JSON)])

  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int) { self = .integer(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(arrayLiteral elements: JSON...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements) }
  init(nilLiteral: ()) { self = .null }

  func write(to json: inout JSONWriter, named name: String? = nil) {
    switch self {
    case .null: name.map { json.field($0, String?.none) } ?? json.raw("null")
    case .text(let text): name.map { json.field($0, text) } ?? json.value(text)
    case .integer(let integer): name.map { json.field($0, integer) } ?? json.raw(String(integer))
    case .bool(let bool): name.map { json.field($0, bool) } ?? json.raw(bool ? "true" : "false")
    case .array(let items): json.array(name, items) { $1.write(to: &$0) }
    case .object(let members):
      json.object(name) { json in
        for (name, value) in members { value.write(to: &json, named: name) }
      }
    }
  }

  var text: String {
    var json = JSONWriter(reserving: 200_000)
    write(to: &json)
    return json.text
  }

  /// This object with one more member; anything else as it is.
  func adding(_ name: String, _ value: JSON?) -> JSON {
    guard case .object(let members) = self, let value else { return self }
    return .object(members + [(name, value)])
  }
}
