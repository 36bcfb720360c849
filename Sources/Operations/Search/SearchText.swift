import Foundation
import Synchronization

/// Text as the search index and a query see it: full-width and half-width, capital and small, traditional and simplified are one,
/// cut into runs of Chinese characters and words of everything else (INT-3).
struct SearchText: Sendable, Hashable {
  enum Piece: Sendable, Hashable {
    case han([Unicode.Scalar])
    /// Letters and digits; what joins them within a number (`DR-3000`, `SR-20261123-0042`) is left out.
    case word(String)
  }

  /// Pieces with nothing between them stand in one sequence: 第2人民医院 is one, 南昌（象湖） are two.
  let sequences: [[Piece]]

  init(_ text: String) {
    let folded = text.precomposedStringWithCompatibilityMapping.lowercased()
    var sequences: [[Piece]] = [[]]
    var word = String.UnicodeScalarView(), han: [Unicode.Scalar] = []
    var joined = false
    func endWord() {
      if !word.isEmpty { sequences[sequences.endIndex - 1].append(.word(String(word))) }
      word = String.UnicodeScalarView()
    }
    func endHan() {
      if !han.isEmpty { sequences[sequences.endIndex - 1].append(.han(Characters.simplified(han))) }
      han = []
    }
    for scalar in folded.unicodeScalars {
      if Self.isHan(scalar) {
        endWord()
        han.append(scalar)
      } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        endHan()
        // A joiner after which nothing joins has ended the word.
        word.append(scalar)
      } else if !word.isEmpty, Self.joiners.contains(scalar) {
        joined = true
        continue
      } else {
        endWord()
        endHan()
        if sequences.last?.isEmpty == false { sequences.append([]) }
      }
      joined = false
    }
    _ = joined
    endWord()
    endHan()
    self.sequences = sequences.filter { !$0.isEmpty }
  }

  var pieces: [Piece] { sequences.flatMap { $0 } }

  /// All of it without what lies between: two spellings of one name are the same key.
  var key: String {
    String(
      pieces.map { piece in
        switch piece {
        case .han(let scalars): String(String.UnicodeScalarView(scalars))
        case .word(let word): word
        }
      }.joined().prefix(60))
  }

  private static let joiners: Set<Unicode.Scalar> = ["-", "_", ".", "/", "+", "#", "*", "‐", "–", "—", "·"]

  static func isHan(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x2_0000...0x3_FFFF, 0x3005, 0x3007: true
    default: false
    }
  }
}

/// What the system's Unicode library (ICU, behind Foundation) says of single characters, asked once for each: a question costs
/// some 60 µs.
enum Characters {
  private static let simple = Mutex<[Unicode.Scalar: Unicode.Scalar]>([:])
  private static let readings = Mutex<[Unicode.Scalar: String]>([:])
  private static let toSimplified = StringTransform("Traditional-Simplified")

  /// 醫 becomes 医; what has no simple form stays.
  static func simplified(_ han: [Unicode.Scalar]) -> [Unicode.Scalar] {
    simple.withLock { known in
      han.map { scalar in
        if let answer = known[scalar] { return answer }
        let changed = String(scalar).applyingTransform(toSimplified, reverse: false)?.unicodeScalars
        let answer = changed?.count == 1 ? changed?.first ?? scalar : scalar
        known[scalar] = answer
        return answer
      }
    }
  }

  /// The commonest reading without tones, ü as `v` as it is typed; nil when there is none.
  static func reading(_ scalar: Unicode.Scalar) -> String? {
    let answer = readings.withLock { known -> String in
      if let answer = known[scalar] { return answer }
      let latin = String(scalar).applyingTransform(.mandarinToLatin, reverse: false) ?? ""
      var letters = String.UnicodeScalarView()
      for letter in latin.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars {
        if ("a"..."z").contains(letter) { letters.append(letter) }
        if letter == "\u{308}", letters.popLast() != nil { letters.append("v") }
      }
      let answer = latin.unicodeScalars.contains { SearchText.isHan($0) } ? "" : String(letters)
      known[scalar] = answer
      return answer
    }
    return answer.isEmpty ? nil : answer
  }
}
