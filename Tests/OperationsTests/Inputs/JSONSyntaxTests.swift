import Domain
import Operations
import Testing

@Suite struct JSONSyntaxTests {
  private func outcome(_ json: String) -> String {
    do throws(InputRefusal) {
      _ = try ShapeDecodingTests.shape.decode(Array(json.utf8))
      return "read"
    } catch {
      return error.fields.isEmpty ? error.code : error.fields.map { "\($0.field) \($0.code)" }.joined(separator: ", ")
    }
  }

  @Test(arguments: [
    "01", "-", "1.", ".5", "1e", "1e+", "+1", "0x1", "NaN", "Infinity", "tru", "\"a\nb\"", "\"a\tb\"", #""\x""#, #""\u12g4""#, #""\u123""#,
    "\"open", "'a'", "[1,]", "[1 2]", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{1:1}", "[", "{", "/* */ 1", "1 //", "\u{0B}1", "\u{A0}1", "",
  ])
  func `what is not JSON to the letter is malformed wherever it stands (RFC 8259)`(_ value: String) {
    #expect(outcome(#"{"kind":"parts","summary":"x","count":\#(value)}"#) == "input.malformed", "a known field")
    #expect(
      outcome(#"{"kind":"parts","summary":"x","other":[\#(value)],"a":1}"#)
        == (value.isEmpty ? "a field.unknown, other field.unknown" : "input.malformed"))
  }

  @Test(arguments: ["", " ", "{}x", "{} {}", "{}\u{0}", "[]", "1", "\"x\"", "null", String(repeating: "[", count: 100_000)])
  func `what is no single object is malformed`(_ body: String) { #expect(outcome(body) == "input.malformed") }

  @Test func `numbers and texts of every allowed form pass`() {
    #expect(outcome("\u{FEFF} {\"kind\":\"parts\",\r\n\t\"summary\":\"\\u00e9\\n\",\"count\":3}") == "summary field.control-character")
    for number in ["0", "-0", "-0.5", "1e5", "1E-5", "10.25e+3"] {
      #expect(outcome(#"{"kind":"parts","summary":"x","other":\#(number)}"#) == "other field.unknown", "\(number)")
    }
    #expect(outcome(#"{"kind":"parts","summary":"\ud83d\ude00\/\"\\","tags":[ ] , "contact" : null }"#) == "read")
  }

  @Test func `a member named twice is refused by its name, however it is written`() {
    #expect(outcome(#"{"kind":"parts","summary":"x","kind":"parts"}"#) == "kind field.repeated")
    #expect(outcome(#"{"kind":"parts","summary":"x","k\u0069nd":"support"}"#) == "kind field.repeated")
    #expect(outcome(#"{"kind":"parts","summary":"x","contact":{"name":"a","name":"b"}}"#) == "contact.name field.repeated")
  }

  @Test(arguments: ["\u{202E}", "\u{202A}", "\u{2066}", "\u{2069}", "\u{2028}", "\u{2029}"])
  func `a line holds nothing that turns its text around or breaks it`(_ character: String) {
    #expect(outcome(#"{"kind":"parts","summary":"a\#(character)b"}"#) == "summary field.control-character")
  }

  @Test(arguments: ["\u{200B}", "\u{FEFF}", "\u{AD}\u{2060} "])
  func `a text of what nobody sees is empty`(_ text: String) {
    #expect(outcome(#"{"kind":"parts","summary":"\#(text)"}"#) == "summary field.empty")
    #expect(outcome(#"{"kind":"parts","summary":"👩‍👧\#(text)"}"#) == "read")
  }
}
