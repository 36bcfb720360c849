import Testing

@testable import Web

/// What holds for every page of every room.
enum PageCheck {
  static func expectWhole(_ text: String, _ language: Language, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(text.contains("</html>") && text.contains("lang=\"\(language.tag)\""), sourceLocation: sourceLocation)
    #expect(!text.contains("{{") && !text.contains("}}"), sourceLocation: sourceLocation)
    // A key that no catalogue has is shown as itself.
    let keys = text.matches(of: /[>"\s](case|cases|clock|event|hospital|label|notices|state|step|story|time|wait)\.[a-z-]+[<"\s]/)
    #expect(keys.isEmpty, sourceLocation: sourceLocation)
    let unknown = text.matches(of: /#i-([a-z-]*)"/).map(\.1).filter { !PageAsset.icons.contains($0) }
    #expect(unknown.isEmpty, "no such icon", sourceLocation: sourceLocation)
    // Nothing inline: the content policy lets none of it run.
    let scripts = text.matches(of: /<script[^>]*>[^<]*</).map { String($0.output) }
    #expect(
      scripts.allSatisfy { $0.contains(#"<script type="module" src="/assets/"#) && $0.hasSuffix("><") }, sourceLocation: sourceLocation)
    #expect(!text.contains("style=") && text.firstMatch(of: /\son[a-z]+=/) == nil, sourceLocation: sourceLocation)
  }
}
