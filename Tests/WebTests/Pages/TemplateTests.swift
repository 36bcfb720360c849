import Mustache
import Testing

@testable import Web

@Suite struct TemplateTests {
  @Test(arguments: Language.allCases)
  func `pages are what Mustache itself makes of them`(_ language: Language) throws {
    let ours = try TemplateSet(language), sources = try TemplateSet.filled(language)
    var library = MustacheLibrary()
    for (name, source) in sources { try library.register(source, named: name) }
    for (template, page) in PageSamples.all(language) {
      let mustache = try #require(library.render(ForMustache(value: page), withTemplate: template))
      // White space between tags is nobody's.
      #expect(ours.render(page, with: template).filter { !$0.isWhitespace } == mustache.filter { !$0.isWhitespace }, "\(template)")
    }
  }

  @Test func `a template that is not whole is refused`() {
    for broken in ["{{#a}}", "{{/a}}", "{{#a}}{{/b}}", "{{a", "{{>gone}}", "{{<p}}{{$b}}{{/b}}"] {
      #expect(throws: Template.Broken.self, "\(broken)") { try Template("x", of: ["x": broken, "p": "{{$b}}{{/b}}"]) }
    }
  }

  @Test func `every value is escaped, lists repeat, what is absent is left out`() throws {
    struct Item: PageValue {
      let words: String
      func child(named: String) -> Any? { named == "words" ? words : nil }
    }
    struct Page: PageValue {
      func child(named: String) -> Any? {
        switch named {
        case "evil": #"<a href="x">&'</a>"#
        case "items": [Item(words: "1"), Item(words: "2")]
        case "none": [Item]()
        case "no", "empty": named == "no" ? false : ""
        case "number": Int64(7)
        default: nil
        }
      }
    }
    let text =
      "{{evil}}|{{#items}}{{words}}{{number}},{{/items}}|{{^none}}-{{/none}}{{#none}}x{{/none}}{{#no}}x{{/no}}{{#empty}}x{{/empty}}"
    let template = try Template("x", of: ["x": text])
    #expect(template.render(Page()) == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;|17,27,|-")
  }

  /// The same values as swift-mustache reads them.
  private struct ForMustache: MustacheParent {
    let value: any PageValue

    func child(named: String) -> Any? {
      switch value.child(named: named) {
      case let item as any PageValue: ForMustache(value: item)
      case let items as [any PageValue]: items.map { ForMustache(value: $0) }
      case let text as String where text.isEmpty: isSection(named) ? false : ""
      case let other: other
      }
    }

    /// For Mustache an empty text is there; for us it is not.
    private func isSection(_ name: String) -> Bool { ["possible"].contains(name) }
  }
}
