import Foundation

/// What one record or case can be found by: parts of text, each cut in its own way. It is kept as `source` beside the index, so that
/// the same terms can be taken out again, and nothing is written when nothing changed.
struct SearchDocument: Sendable, Hashable {
  enum Part: Character, Sendable {
    /// A name: found by its characters, pinyin, initials, and whole.
    case title = "t"
    /// Found by its characters, pinyin and initials.
    case text = "n"
    /// Long text: by characters and by the beginnings of words.
    case long = "l"
    /// A serial number: by any part of it, and with one wrong letter.
    case serial = "s"
    /// By any digits in a row.
    case phone = "p"
    /// Whole, or by its beginning.
    case number = "u"
    /// A person's name: as a name, and with the reading that its first characters have as a surname.
    case person = "m"
    /// How a name is read, as its row says: 铅山 yan shan.
    case reading = "r"
    /// Who may find it.
    case tag = "g"
  }

  private(set) var source = ""

  mutating func add(_ part: Part, _ text: String?) {
    guard let text, !text.isEmpty else { return }
    source += "\(part.rawValue)\(text.replacing("\u{1F}", with: " "))\u{1F}"
  }

  var isEmpty: Bool { source.isEmpty }
}

/// The terms of an index entry: Chinese characters one by one and in pairs; words, and each of their tails, which queries meet with
/// their beginnings. Terms with `_` are of our own making: `x_` a whole name, `f_` a serial number with a letter left out, and tags.
enum SearchTerms {
  /// Grows when the same text makes other terms: the index is then made anew.
  static let version = 4
  /// Of a tail so much is kept: the more, the longer a query is told apart.
  static let longTail = 24
  static let shortTail = 10
  static let serialLengths = 5...24

  /// - Parameter tail: how long tails are kept.
  static func cut(_ source: String, tail: Int) -> [String] {
    var terms: Set<String> = []
    for entry in source.split(separator: "\u{1F}") {
      guard let mark = entry.first, let part = SearchDocument.Part(rawValue: mark) else { continue }
      let text = String(entry.dropFirst())
      switch part {
      case .tag: terms.insert(text)
      case .phone: phone(digits(text), into: &terms)
      case .number:
        let word = SearchText(text).key
        terms.insert(word)
        for part in text.lowercased().split(separator: "-").dropFirst() { terms.insert(String(part)) }
        terms.insert(String(word.drop { $0.isLetter }))
      case .serial: serial(text, into: &terms)
      case .reading: reading(text, tail: tail, into: &terms)
      case .long: add(SearchText(text), tails: nil, into: &terms)
      case .text: add(SearchText(text), tails: tail, into: &terms)
      case .person:
        let cut = SearchText(text)
        add(cut, tails: tail, into: &terms)
        if !cut.key.isEmpty { terms.insert("x_\(cut.key)") }
        if case .han(let name) = cut.pieces.first, let read = Pinyin.surnamed(name) {
          typed(read.map { (whole: $0, initial: String($0.prefix(1))) }, keeping: tail, into: &terms)
        }
      case .title:
        let cut = SearchText(text)
        add(cut, tails: tail, into: &terms)
        if !cut.key.isEmpty { terms.insert("x_\(cut.key)") }
      }
    }
    return terms.sorted()
  }

  private static func add(_ text: SearchText, tails: Int?, into terms: inout Set<String>) {
    for sequence in text.sequences {
      for piece in sequence {
        switch piece {
        case .han(let scalars):
          for index in scalars.indices {
            terms.insert(String(scalars[index]))
            if index + 1 < scalars.count { terms.insert(String(String.UnicodeScalarView(scalars[index...index + 1]))) }
          }
        case .word(let word): if let tails { Self.tails(of: word, keeping: tails, into: &terms) } else { terms.insert(cap(word, longTail)) }
        }
      }
      if let tails { typed(units(of: sequence), keeping: tails, into: &terms) }
    }
  }

  /// What is typed for each piece: a syllable a character, a word as it is.
  private static func units(of sequence: [SearchText.Piece]) -> [(whole: String, initial: String)] {
    guard sequence.contains(where: { if case .han = $0 { true } else { false } }) else { return [] }
    return sequence.flatMap { piece in
      switch piece {
      case .han(let scalars): Pinyin.syllables(of: scalars).map { (whole: $0, initial: String($0.prefix(1))) }
      case .word(let word): [(whole: word, initial: word)]
      }
    }
  }

  private static func typed(_ units: [(whole: String, initial: String)], keeping tail: Int, into terms: inout Set<String>) {
    for start in units.indices {
      var whole = "", initials = ""
      for unit in units[start...] {
        if whole.utf8.count < tail { whole += unit.whole }
        if initials.utf8.count < tail { initials += unit.initial } else { break }
      }
      terms.insert(cap(whole, tail))
      terms.insert(cap(initials, tail))
    }
  }

  private static func reading(_ text: String, tail: Int, into terms: inout Set<String>) {
    // Yánshān as yanshan, lǜ as lv.
    let plain = text.lowercased().decomposedStringWithCanonicalMapping.replacing("u\u{308}", with: "v").unicodeScalars.filter {
      $0.properties.generalCategory != .nonspacingMark
    }
    let units = SearchText(String(String.UnicodeScalarView(plain))).pieces.compactMap { piece in
      if case .word(let word) = piece { (whole: word, initial: String(word.prefix(1))) } else { nil }
    }
    typed(units, keeping: tail, into: &terms)
  }

  private static func tails(of word: String, keeping tail: Int, into terms: inout Set<String>) {
    let characters = Array(word.prefix(60))
    for start in 0..<max(1, characters.count - 1) { terms.insert(String(characters[start...].prefix(tail))) }
  }

  private static func phone(_ digits: String, into terms: inout Set<String>) {
    guard !digits.isEmpty else { return }
    tails(of: digits, keeping: longTail, into: &terms)
    terms.insert("x_\(digits)")
  }

  private static func serial(_ text: String, into terms: inout Set<String>) {
    let key = SearchText(text).key
    guard !key.isEmpty else { return }
    tails(of: key, keeping: longTail, into: &terms)
    terms.insert("x_\(key)")
    add(SearchText(text), tails: nil, into: &terms)
    if serialLengths.contains(key.count) { terms.formUnion(misspellings(of: key)) }
  }

  /// Two words that differ by one letter (another, one too many, one too few, two swapped) have one of these in common.
  static func misspellings(of key: String) -> Set<String> {
    var result: Set<String> = ["f_\(key)"]
    for index in key.indices {
      var shorter = key
      shorter.remove(at: index)
      result.insert("f_\(shorter)")
    }
    return result
  }

  /// A phone number's digits, without the country's.
  static func digits(_ text: String) -> String {
    let digits = String(
      String.UnicodeScalarView(text.precomposedStringWithCompatibilityMapping.unicodeScalars.filter { ("0"..."9").contains($0) }))
    return digits.count == 13 && digits.hasPrefix("86") ? String(digits.dropFirst(2)) : digits
  }

  /// A whole phone number, however its digits are set apart.
  static func isPhone(_ text: String) -> Bool {
    (7...15).contains(digits(text).count) && text.allSatisfy { $0.isNumber || " +-()（）＋－".contains($0) }
  }

  static func cap(_ word: String, _ count: Int) -> String { String(word.prefix(count)) }

  /// Of what is out of use: it comes after all that is in use.
  static let archived = "v_archived"

  /// Of which register a record is: a list that is searched finds only its own (INT-3).
  static func tag(kind: String) -> String { "v_k\(kind)" }
  static func tag(customer id: String) -> String { "c_\(id.filter { $0 != "-" })" }
  static func tag(engineer id: String) -> String { "v_\(id.filter { $0 != "-" })" }
  static func tag(partner name: String) -> String { "v_p\(name.utf8.prefix(40).map { String($0, radix: 16) }.joined())" }
}
