/// A JSON value as an event's body holds it. Why not `JSONDecoder`: `verify` and `rebuild` read every body of the journal, and it
/// costs about ten times as much.
public enum JSONValue: Hashable, Sendable {
  public struct Member: Hashable, Sendable {
    public let name: String
    public var value: JSONValue

    public init(name: String, value: JSONValue) { (self.name, self.value) = (name, value) }
  }

  case null
  case bool(Bool)
  case integer(Int64)
  case real(Double)
  case text(String)
  case array([JSONValue])
  /// In the order written.
  case object([Member])

  /// - Throws: ``JSONSyntaxError`` when `text` is not one JSON value, or nests deeper than 32.
  public init(parsing text: String) throws(JSONSyntaxError) {
    var copy = text
    let parsed: Result<JSONValue, JSONSyntaxError> = copy.withUTF8 { bytes in
      var parser = JSONParser(bytes: bytes)
      do throws(JSONSyntaxError) { return .success(try parser.document()) } catch { return .failure(error) }
    }
    self = try parsed.get()
  }

  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  public init(_ text: String?) { self = text.map { .text($0) } ?? .null }

  /// An object with its keys in order, so that the same fields are the same text; null is left out.
  public static func fields(_ all: (name: String, value: JSONValue)...) -> JSONValue {
    let members = all.filter { $0.value != .null }.map { Member(name: $0.name, value: $0.value) }
    return .object(members.sorted { $0.name < $1.name })
  }

  public var text: String? { if case .text(let text) = self { text } else { nil } }
  public var integer: Int64? { if case .integer(let integer) = self { integer } else { nil } }
  public var array: [JSONValue]? { if case .array(let array) = self { array } else { nil } }
  public var members: [Member]? { if case .object(let members) = self { members } else { nil } }
}

public struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Bytes from the start.
  public let offset: Int
  public var description: String { "not JSON at byte \(offset)" }
}
