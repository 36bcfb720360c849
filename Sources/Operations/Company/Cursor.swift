import Domain
import FoundationEssentials

/// The place after which a list goes on: the last row's sort key and id, as `A-Za-z0-9-_`.
struct Cursor {
  let key: String
  let id: String

  init(key: String, id: String) { (self.key, self.id) = (key, id) }

  init(_ text: String) throws(InputRefusal) {
    let base64 = text.replacing("-", with: "+").replacing("_", with: "/")
    let padded = base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)
    guard text.utf8.count <= 400, let data = Data(base64Encoded: padded), let plain = String(validating: data, as: UTF8.self),
      let bar = plain.firstIndex(of: "|")
    else {
      throw .field(
        "cursor", "This is not a cursor that a list gave out. Take `next` of the page before, or leave it out.", code: "field.cursor")
    }
    (key, id) = (String(plain[..<bar]), String(plain[plain.index(after: bar)...]))
  }

  /// A cursor whose key must be a whole number.
  static func number(_ text: String) throws(InputRefusal) -> (key: Int64, id: String) {
    let cursor = try Cursor(text)
    guard let key = Int64(cursor.key) else {
      throw .field("cursor", "This cursor belongs to another list. Leave it out to start anew.", code: "field.cursor")
    }
    return (key, cursor.id)
  }

  var text: String {
    Data("\(key)|\(id)".utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
