/// The languages people read here.
public enum Language: String, Sendable, CaseIterable {
  case zh, en

  /// The best of ours that `Accept-Language` names; nil when it names none.
  init?(accepting header: String?) {
    guard let header else { return nil }
    var best: (language: Language, weight: Double)?
    for item in header.prefix(500).split(separator: ",") {
      let parts = item.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
      guard let tag = parts.first?.lowercased() else { continue }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      guard weight > 0, let language = Language(rawValue: String(tag.prefix { $0 != "-" })) else { continue }
      if weight > best?.weight ?? 0 { best = (language, weight) }
    }
    guard let best else { return nil }
    self = best.language
  }

  /// As HTML and `Content-Language` write it.
  var tag: String { self == .zh ? "zh-CN" : "en" }
}
