import Foundation
import Testing

@testable import Web

@Suite struct CatalogueTests {
  /// The codes as they stand in the sources: a refusal that someone adds must speak Chinese too.
  @Test func `every code of a refusal or a field has a Chinese sentence`() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources").standardized
    var codes: Set<String> = []
    for floor in ["Domain", "Operations", "Web"] {
      let files = FileManager.default.enumerator(at: sources.appending(path: floor), includingPropertiesForKeys: nil)
      while let file = files?.nextObject() as? URL {
        guard file.pathExtension == "swift" else { continue }
        let text = try String(contentsOf: file, encoding: .utf8)
        // `case .x: "room.reason"` and `var code: String { "room.reason" }` within the computed code, and codes of fields.
        for block in text.matches(of: #/var code: String \{([^}]*)\}/#) {
          for code in block.1.matches(of: #/"([a-z-]+\.[a-z0-9-]+)"/#) { codes.insert(String(code.1)) }
        }
        for code in text.matches(of: #/code: "([a-z-]+\.[a-z0-9-]+)"/#) { codes.insert(String(code.1)) }
      }
    }
    codes.formUnion(["text", "integer", "bool", "object", "list"].map { "field.type-\($0)" })
    #expect(codes.count > 60)
    let missing = codes.filter { Catalogue.zh.texts[$0] == nil }.sorted()
    #expect(missing == [])
  }

  @Test func `arguments are filled in one pass`() {
    let catalogue = Catalogue("a = {1} then {0}, {9}\n# a remark\nb = no arguments {")
    #expect(catalogue.text("a", ["{1}", "x"]) == "x then {1}, {9}")
    #expect(catalogue.text("b") == "no arguments {")
    #expect(catalogue.text("c") == nil)
  }

  @Test func `words of the handbook are Chinese within a Chinese sentence`() {
    #expect(Catalogue.zh.sentence("request.not-attempted", ["phone"]) == "还没有“电话支持”的处理记录。请先记录结果，再升级。")
  }
}
