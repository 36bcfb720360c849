import Testing

@testable import Operations

extension CSV {
  /// All rows of a file.
  static func rows(_ bytes: [UInt8]) throws -> [Row] {
    let file = try ImportFile(bytes)
    return try CSVReader(file, try CSVText(file)).next(.max)
  }
}

@Suite struct CSVReaderTests {
  private func refusal(_ bytes: [UInt8]) -> ImportRefusal? {
    do { _ = try CSV.rows(bytes) } catch { return error as? ImportRefusal }
    return nil
  }

  @Test func `a line's number is where it starts, also behind line breaks in quotes and blank lines`() throws {
    let text = "\u{FEFF}name,address\r\n\r\nA,\"first\nsecond\r\nthird\"\r\n,,\r\n\u{3000}\r\nB,\"say \"\"hi\"\"\"\r\n  C , \"x\" \r\nD"
    #expect(
      try CSV.rows(Array(text.utf8)) == [
        CSV.Row(line: 1, cells: ["name", "address"]), CSV.Row(line: 3, cells: ["A", "first\nsecond\r\nthird"]),
        CSV.Row(line: 8, cells: ["B", "say \"hi\""]), CSV.Row(line: 9, cells: ["C", "x"]), CSV.Row(line: 10, cells: ["D"]),
      ])
  }

  @Test(arguments: ["a,\"b", "a\"b\",c", "\"a\"b,c", "\"a\" \"b\""])
  func `a quote where none may stand is refused`(text: String) { #expect(refusal(Array("x,y\n\(text)\n".utf8)) == .strayQuote(line: 2)) }

  @Test func `letters and quotes that the end of a piece cuts in two are read whole`() throws {
    let word = "余干县人民医院\"\"𠮷"
    var text = "name\n"
    for number in 0..<20_000 { text += "\"\(number)\(word)\"\n" }
    let read = try CSV.rows(Array(text.utf8))
    #expect(read.count == 20_001 && read.allSatisfy { $0.line == 1 || $0.cells == ["\($0.line - 2)余干县人民医院\"𠮷"] })
    // The same in UTF-16, whose pieces are cut elsewhere.
    let units = Array(text.utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    #expect(try CSV.rows([0xFF, 0xFE] + units) == read)
  }

  @Test func `GB18030 that the end of a piece cuts in two is read whole, and a broken letter is told by its line`() throws {
    // 余, and 𠮷 of four bytes.
    let line: [UInt8] = [0xD3, 0xE0, 0x95, 0x34, 0xB2, 0x35, 0x0A]
    let many = Array(repeating: line, count: 30_000).flatMap { $0 }
    let read = try CSV.rows(many)
    #expect(read.count == 30_000 && read.allSatisfy { $0.cells == ["余𠮷"] })
    #expect(refusal(many + [0x81, 0x0A]) == .notALetter(line: 30_001))
    #expect(refusal(many + [0xD3]) == .notALetter(line: 30_001))
  }

  @Test func `a line of 100 MB, 10,000 columns, an open quote and a workbook are refused with a word, not read to the end`() {
    #expect(refusal(Array("name\n".utf8) + Array(repeating: UInt8(ascii: "x"), count: 100 << 20)) == .longLine(line: 2))
    #expect(refusal(Array("name\n\"".utf8) + Array(repeating: UInt8(ascii: "\n"), count: 2 << 20)) == .longLine(line: 2))
    #expect(refusal(Array(repeating: UInt8(ascii: ","), count: 10_000)) == .tooManyColumns(line: 1))
    #expect(refusal([0x50, 0x4B, 3, 4, 20, 0]) == .workbook)
    #expect(refusal([0xD0, 0xCF, 0x11, 0xE0, 0xA1]) == .workbook)
    // NUL in UTF-16, and half a letter.
    #expect(refusal([0xFF, 0xFE, 0x41, 0x00, 0x0A, 0x00, 0x00, 0x00, 0x0A, 0x00]) == .nul(line: 2))
    #expect(refusal([0xFF, 0xFE, 0x00, 0xD8, 0x41, 0x00]) == .notUTF8)
  }

  @Test func `a file beyond the limit is refused before it is read`() {
    #expect(throws: ImportRefusal.tooLarge) { try ImportFile(Array(repeating: 0x41, count: ImportFile.bytesLimit + 1)) }
    #expect(throws: ImportRefusal.unreadable("/nowhere/at/all.csv")) { try ImportFile(path: "/nowhere/at/all.csv") }
    #expect(throws: ImportRefusal.unreadable("/tmp")) { try ImportFile(path: "/tmp") }
  }
}
