/// Where a text meets what somebody typed, so that a list can show why it found something: by characters, or by pinyin and initials.
public enum SearchMarks {
  public static func pieces(of text: String, for sought: String) -> [(text: String, isMark: Bool)] {
    let characters = Array(text)
    var marks = Array(repeating: false, count: characters.count)
    let units = units(of: characters)
    for word in sought.lowercased().split(whereSeparator: \.isWhitespace).prefix(8) {
      if let range = literal(Array(word), in: characters) ?? typed(word, in: units) { range.forEach { marks[$0] = true } }
    }
    var pieces: [(text: String, isMark: Bool)] = []
    for (character, isMark) in zip(characters, marks) {
      if pieces.last?.isMark == isMark {
        pieces[pieces.count - 1].text.append(character)
      } else {
        pieces.append((String(character), isMark))
      }
    }
    return pieces
  }

  private static func literal(_ word: [Character], in characters: [Character]) -> Range<Int>? {
    guard !word.isEmpty, characters.count >= word.count else { return nil }
    let start = (0...characters.count - word.count).first { start in
      zip(characters[start...], word).allSatisfy { $0.lowercased() == String($1) }
    }
    return start.map { $0..<$0 + word.count }
  }

  /// How each character is typed.
  private static func units(of characters: [Character]) -> [String] {
    var units = characters.map { $0.lowercased() }, index = 0
    while index < characters.count {
      let run = characters[index...].prefix { $0.unicodeScalars.count == 1 && SearchText.isHan($0.unicodeScalars.first ?? " ") }
      for (offset, syllable) in Pinyin.syllables(of: run.flatMap(\.unicodeScalars)).enumerated() { units[index + offset] = syllable }
      index += max(run.count, 1)
    }
    return units
  }

  private static func typed(_ word: Substring, in units: [String]) -> Range<Int>? {
    guard word.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }) else { return nil }
    for start in units.indices {
      if let end = end(of: word, from: start, in: units) { return start..<end }
    }
    return nil
  }

  private static func end(of rest: Substring, from index: Int, in units: [String]) -> Int? {
    guard !rest.isEmpty else { return index }
    guard index < units.count, let first = units[index].first, rest.first == first else { return nil }
    let unit = units[index]
    if unit.hasPrefix(rest) { return index + 1 }
    if rest.hasPrefix(unit), let end = end(of: rest.dropFirst(unit.count), from: index + 1, in: units) { return end }
    return unit.count > 1 ? end(of: rest.dropFirst(), from: index + 1, in: units) : nil
  }
}
