import Domain
import Operations
import Testing

@Suite struct ShapeDecodingTests {
  static let shape = Shape(
    "Sample",
    [
      Field("kind", .word(["support", "parts"]), required: true),
      Field("summary", .text(max: 10), required: true),
      Field("note", .text(max: 20, lines: true)),
      Field("at", .instant), Field("day", .date), Field("count", .integer(1...9)), Field("urgent", .bool),
      Field("contact", .object(Shape("Contact", [Field("name", .text(max: 5), required: true)]))),
      Field("tags", .list(of: .text(max: 3), max: 2)), Field("signature", .picture(max: 100)),
    ])

  func problems(_ json: String) -> [String: String] {
    do throws(InputRefusal) {
      _ = try Self.shape.decode(Array(json.utf8))
      return [:]
    } catch {
      return Dictionary(error.fields.map { ($0.field, $0.code) }) { first, _ in first }
    }
  }

  @Test func `a whole input becomes fields of their types`() throws {
    let fields = try Self.shape.decode(
      Array(
        #"{"kind":"support","summary":"无图像","note":"a\nb","at":"2026-11-23T10:42:00+08:00","day":"2026-11-23","count":3,"urgent":true,"contact":{"name":"吴"},"tags":["a","b"],"signature":"data:image/png;base64,iVBORw0KGgo="}"#
          .utf8))
    #expect(fields.text("summary") == "无图像")
    #expect(fields.instant("at")?.description == "2026-11-23T02:42:00.000Z")
    #expect(fields.integer("count") == 3)
    #expect(fields.bool("urgent") == true)
    #expect(fields.object("contact")?.text("name") == "吴")
    #expect(fields.list("tags") == [.text("a"), .text("b")])
  }

  @Test func `null empties what may be left out, and nothing else`() throws {
    let fields = try Self.shape.decode(Array(#"{"kind":"parts","summary":"x","note":null}"#.utf8))
    #expect(fields.values["note"] == .null)
    #expect(problems(#"{"kind":"parts","summary":null}"#) == ["summary": "field.null"])
  }

  @Test func `everything wrong is said at once, nested fields by their path`() {
    #expect(
      problems(
        ##"{"kind":"sport","note":"\u0000","at":"2026-02-30T00:00:00Z","day":"2026-13-01","count":10,"urgent":"yes","contact":{"name":"toolong","age":1},"tags":["a","b","c"],"signature":"data:image/gif;base64,R0lG","x":1}"##
      ) == [
        "kind": "field.word", "summary": "field.missing", "note": "field.control-character", "at": "field.instant", "day": "field.date",
        "count": "field.range", "urgent": "field.type-bool", "contact.name": "field.too-long", "contact.age": "field.unknown",
        "tags": "field.too-many", "signature": "field.picture", "x": "field.unknown",
      ])
  }

  @Test(arguments: [
    ("summary", "1", "field.type-text"), ("summary", "\"   \"", "field.empty"), ("summary", "\"a\\nb\"", "field.control-character"),
    ("summary", "\"\\u0085\"", "field.control-character"), ("summary", "\"\\ud800\"", "field.type-text"),
    ("count", "1.5", "field.type-integer"), ("count", "1e99", "field.type-integer"), ("contact", "[]", "field.type-object"),
    ("tags", "{}", "field.type-list"), ("tags", "[1]", "field.type-list"),
  ])
  func `a wrong value is named by its field`(_ field: String, _ value: String, _ code: String) {
    let json = field == "summary" ? #"{"kind":"parts","summary":\#(value)}"# : #"{"kind":"parts","summary":"x","\#(field)":\#(value)}"#
    #expect(problems(json) == [field: code])
  }

  @Test(arguments: ["", "{", "[]", "1", "null", "\"x\"", "{\"a\":1,}", "nonsense", "{} {}", String(repeating: "[", count: 100_000)])
  func `what is not one JSON object is malformed`(_ json: String) {
    #expect(throws: InputRefusal.self) { try Self.shape.decode(Array(json.utf8)) }
    #expect { try Self.shape.decode(Array(json.utf8)) } throws: { ($0 as? InputRefusal)?.category == .malformed }
  }

  @Test(arguments: [[0x7B, 0x22, 0xFF, 0x22, 0x7D], [0x7B, 0x00, 0x7D, 0x00], [0xFE, 0xFF, 0x00, 0x7B, 0x00, 0x7D]] as [[UInt8]])
  func `other encodings than UTF-8 are malformed`(_ bytes: [UInt8]) {
    #expect { try Self.shape.decode(bytes) } throws: { ($0 as? InputRefusal)?.category == .malformed }
  }

  @Test func `texts of a form become the same fields`() throws {
    let fields = try Self.shape.decode(
      text: [
        "kind": "parts", "summary": "x", "note": "a\r\nb", "count": "3", "urgent": "是", "contact.name": "吴", "tags": "a; b", "day": "",
      ])
    #expect(fields.text("note") == "a\nb")
    #expect(fields.object("contact")?.text("name") == "吴")
    #expect(fields.list("tags") == [.text("a"), .text("b")])
    #expect(fields.values["day"] == nil)
    #expect { try Self.shape.decode(text: ["kind": "parts", "summary": "x", "other": "1"]) } throws: {
      ($0 as? InputRefusal)?.fields.map(\.field) == ["other"]
    }
  }
}
