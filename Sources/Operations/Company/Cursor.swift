import Domain
import FoundationEssentials

/// The place after which a list goes on: the last row's sort key and id, as `A-Za-z0-9-_`.
struct Cursor {
  let key: String
  let id: String

  private static let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  init(key: String, id: String) { (self.key, self.id) = (key, id) }

  init(_ text: String) throws(InputRefusal) {
    // Base64 would let characters pass that a list never gives out.
    guard text.utf8.allSatisfy({ Cursor.alphabet.contains($0) }) else { throw .invalid([.notACursor]) }
    let base64 = text.replacing("-", with: "+").replacing("_", with: "/")
    let padded = base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)
    guard text.utf8.count <= 400, let data = Data(base64Encoded: padded), let plain = String(validating: data, as: UTF8.self),
      let bar = plain.firstIndex(of: "|")
    else {
      throw .invalid([.notACursor])
    }
    (key, id) = (String(plain[..<bar]), String(plain[plain.index(after: bar)...]))
  }

  /// A cursor whose key must be a whole number.
  static func number(_ text: String) throws(InputRefusal) -> (key: Int64, id: String) {
    let cursor = try Cursor(text)
    guard let key = Int64(cursor.key) else {
      throw .invalid([.notACursor])
    }
    return (key, cursor.id)
  }

  /// A cursor that is the last row's id itself.
  static func id(_ text: String) throws(InputRefusal) -> String {
    let isID = text.utf8.count == 36 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) || $0 == 0x2D }
    guard isID else { throw .invalid([.notACursor]) }
    return text
  }

  var text: String {
    Data("\(key)|\(id)".utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
