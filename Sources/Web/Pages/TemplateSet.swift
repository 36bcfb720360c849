/// All templates in one language. `{{t.KEY}}`, `{{i.ICON}}`, `{{a.ASSET}}` (its address) and `{{c.ASSET}}` (its content) are filled in once, before the template is
/// read; so a text costs nothing when a page is rendered, and a key that is missing is found at the start.
struct TemplateSet: Sendable {
  struct Missing: Error, CustomStringConvertible {
    let name: String
    let template: String
    var description: String { "template \(template) names \(name), which there is not" }
  }

  private let templates: [String: Template]

  init(_ language: Language) throws {
    let sources = try Self.filled(language)
    templates = try sources.reduce(into: [:]) { templates, source in
      // A step is a part of a page, and the layout an empty one.
      templates[source.key] = try Template(source.key, of: sources)
    }
  }

  func render(_ page: FramedPage, with name: String) -> String { templates[name]?.render(page) ?? "" }

  static func filled(_ language: Language) throws(Missing) -> [String: String] {
    var filled: [String: String] = [:]
    for (name, source) in sources { filled[name] = try self.filled(source, name: name, language) }
    return filled
  }

  static let sources = PageRoom.all.flatMap(\.templates).map { (name: $0.name, text: String(decoding: $0.bytes, as: UTF8.self)) }

  static func filled(_ source: String, name: String, _ language: Language) throws(Missing) -> String {
    let catalogue = Catalogue.of(language)
    var result = "", rest = source[...]
    while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
      result += rest[..<open.lowerBound]
      let tag = rest[open.upperBound..<close.lowerBound]
      switch tag.prefix(2) {
      case "t.":
        guard let text = catalogue.text(String(tag.dropFirst(2))) else { throw Missing(name: String(tag), template: name) }
        result += escaped(text)
      case "i.":
        guard PageAsset.icons.contains(tag.dropFirst(2)) else { throw Missing(name: String(tag), template: name) }
        result += "<svg class=\"i\" aria-hidden=\"true\"><use href=\"\(PageAsset.address("icons.svg"))#i-\(tag.dropFirst(2))\"/></svg>"
      case "a.":
        let asset = String(tag.dropFirst(2))
        guard PageAsset.all[asset] != nil else { throw Missing(name: String(tag), template: name) }
        result += PageAsset.address(asset)
      case "c.":
        // A style of our own; nobody's words are in it.
        guard let asset = PageAsset.all[String(tag.dropFirst(2))] else { throw Missing(name: String(tag), template: name) }
        result += String(decoding: asset.bytes, as: UTF8.self)
      default: result += rest[open.lowerBound..<close.upperBound]
      }
      rest = rest[close.upperBound...]
    }
    // Line breaks and indentation between tags are for us, not for the wire.
    return (result + rest).split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "\n")
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
  }
}
