import Domain
import Persistence
import TestEngines
import Testing

@testable import Operations

/// Rows become lines eight bytes at a time; what they become is what the plain writer of JSON makes (ORG-2).
@Suite struct LineBufferTests {
  private func line(_ cells: [SQLValue], capacity: Int = 0) -> [UInt8] {
    let buffer = LineBuffer(capacity: capacity)
    for cell in cells {
      switch cell {
      case .null: RowText.append(.null, to: buffer)
      case .integer(let integer): RowText.append(.integer(integer), to: buffer)
      case .real(let real): RowText.append(.real(real), to: buffer)
      case .text(var text): text.withUTF8 { RowText.append(.text(UnsafeRawBufferPointer($0)), to: buffer) }
      case .blob(let bytes): bytes.withUnsafeBytes { RowText.append(.blob($0), to: buffer) }
      }
      buffer.append(UInt8(ascii: ","))
    }
    return buffer.withBytes { Array($0.dropLast()) }
  }

  @Test func `a text of any characters, long or short, is quoted as the plain writer does, wherever it begins`() {
    var random = Seeded(7)
    let alphabet = (0...0x7F).map { Character(Unicode.Scalar(UInt8($0))) } + Array("\"\"\"\\堵塞𠮷é\u{7F}\u{80}\u{A2}\u{FF}")
    for turn in 0..<4_000 {
      let length = Int.random(in: 0...(turn % 100 == 0 ? 3_000 : 40), using: &random)
      // Mostly plain, as what people write; or anything.
      let text = String((0..<length).map { _ in turn % 3 == 0 ? alphabet.randomElement(using: &random)! : "a" })
      var expected: [UInt8] = []
      JSONText.quote(text, into: &expected)
      #expect(line([.text(text)]) == expected, "\(text.unicodeScalars.map(\.value))")
      // Behind another value, so that its first byte lies anywhere in a word.
      let before = String(repeating: "x", count: turn % 9)
      #expect(line([.text(before), .text(text)]).suffix(expected.count) == expected[...])
    }
    for byte in UInt8(0)...127 {
      for place in 0..<17 {
        let text = String(repeating: "b", count: place) + String(Unicode.Scalar(byte)) + String(repeating: "c", count: 16 - place)
        var expected: [UInt8] = []
        JSONText.quote(text, into: &expected)
        #expect(line([.text(text)]) == expected)
      }
    }
  }

  @Test func `rows of every kind of value come back as they were`() {
    var random = Seeded(11)
    for _ in 0..<2_000 {
      let cells = (0..<Int.random(in: 1...8, using: &random)).map { _ -> SQLValue in
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return .null
        case 1: return .integer([.min, .max, 0, -1, 10, 99, 100].randomElement(using: &random)!)
        case 2: return .integer(Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0...63, using: &random))
        case 3: return .real(Double.random(in: -1e9...1e9, using: &random))
        case 4: return .blob((0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
        default:
          return .text(String((0..<Int.random(in: 0...60, using: &random)).map { _ in "堵\"\\\n\u{1}a𠮷".randomElement(using: &random)! }))
        }
      }
      let text = Array("[".utf8) + line(cells) + Array("]".utf8)
      #expect(text.withUnsafeBytes { RowText.values($0, width: cells.count) } == cells, "\(String(decoding: text, as: UTF8.self))")
    }
  }

  @Test func `both engines hand over the same cells`() async throws {
    let test = try await TestCompany()
    let id = try await test.make(.customers, ["name": "引号\" 与 \\ 与\n换行"])
    let lines = try await test.company.database.read { db in
      try db.rows("SELECT id, name, merged_into, version, archived FROM customer WHERE id = ?", [.text(id)]) { row -> String in
        let buffer = LineBuffer(capacity: 16)
        try RowText.append(row, to: buffer)
        return buffer.withBytes { String(decoding: $0, as: UTF8.self) }
      }
    }
    #expect(lines == ["[\"\(id)\",\"引号\\\" 与 \\\\ 与\\n换行\",null,1,0]\n"])
  }
}
