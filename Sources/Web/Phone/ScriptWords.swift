/// What the phone's scripts say, in the page's language: the texts under `phone.js.`.
enum ScriptWords {
  private static let keys = Catalogue.zh.texts.keys.filter { $0.hasPrefix("phone.js.") }.sorted()

  static func all(_ wording: Wording) -> [Choice] {
    keys.map { Choice(value: String($0.dropFirst("phone.js.".count)), words: wording.text($0)) }
  }
}
