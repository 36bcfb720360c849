import Testing

@testable import Operations

@Suite struct SearchTextTests {
  @Test(arguments: [
    ("ＤＲ－３０００", "dr3000"), ("南昌醫院", "南昌医院"), ("X射線機", "x射线机"), ("SR-20261123-0042", "sr202611230042"), ("  ", ""), ("①号楼", "1号楼"),
  ])
  func `full-width and half-width, traditional and simplified are one`(_ text: String, _ key: String) {
    #expect(SearchText(text).key == key)
  }

  @Test(arguments: [
    ("重庆", "chongqing"), ("厦门", "xiamen"), ("铅山", "yanshan"), ("长沙", "changsha"), ("院长", "yuanzhang"), ("绿", "lv"), ("余干", "yugan"),
    ("曾", "zeng"), ("南昌市第一医院", "nanchangshidiyiyiyuan"), ("上饶", "shangrao"), ("景德镇", "jingdezhen"),
  ])
  func `characters are typed as they are read`(_ text: String, _ typed: String) {
    #expect(Pinyin.syllables(of: Array(text.unicodeScalars)).joined() == typed)
  }

  @Test func `initials, syllables and tails of a name are its terms`() {
    let terms = Set(SearchTerms.cut("t南昌市第一医院\u{1F}", tail: 24))
    for term in ["ncsdyyy", "nanchangshidiyiyiyuan", "yiyuan", "yy", "南", "院", "市第", "x_南昌市第一医院"] {
      #expect(terms.contains(term), "\(term)")
    }
  }

  @Test func `one wrong letter has a term in common, two have none`() {
    let right = SearchTerms.misspellings(of: "mz2024a17")
    for wrong in ["mz2O24a17".lowercased(), "mz2024a7", "mz20244a17", "mz2042a17", "mz2024a18"] {
      #expect(!right.isDisjoint(with: SearchTerms.misspellings(of: wrong)), "\(wrong)")
    }
    #expect(right.isDisjoint(with: SearchTerms.misspellings(of: "mz2024b18")))
  }

  /// Every piece of a text of one character or more finds it.
  @Test(arguments: 0..<100 as Range<UInt64>)
  func `whatever stands in a text finds it`(seed: UInt64) {
    var random = Seeded(seed)
    let letters = Array("南昌市第一人民医院生化分析仪吸样针堵塞报警DR球管CT0123456789ab")
    let text = (0..<20).map { _ in String(letters.randomElement(using: &random)!) }.joined()
    let terms = Set(SearchTerms.cut("n\(text)\u{1F}", tail: 24))
    for _ in 0..<20 {
      let start = Int.random(in: 0..<18, using: &random)
      let part = String(Array(text)[start...Int.random(in: start + 1...19, using: &random)])
      for condition in SearchQuery(part, tail: 24).conditions {
        switch condition {
        case .term(let term): #expect(terms.contains(term), "\(part) in \(text)")
        // A single letter at the very end of a word is not worth an entry.
        case .beginning(let word): #expect(word.count == 1 || terms.contains { $0.hasPrefix(word) }, "\(part) in \(text)")
        case .oneOf, .none: Issue.record("no tags were asked for")
        }
      }
    }
  }

  @Test(arguments: ["\"", "'", "a\" OR \"b", "') | ('x", "*", "x:*", "c_1", "\\"])
  func `nothing that is typed is a command to the index`(_ text: String) {
    for condition in SearchQuery(text, tail: 24).conditions {
      switch condition {
      case .term(let word), .beginning(let word): #expect(word.allSatisfy { $0.isLetter || $0.isNumber })
      case .oneOf, .none: Issue.record("no tags were asked for")
      }
    }
  }
}
