import Domain
import Testing

@Suite struct ReadingFormTests {
  @Test(arguments: [
    ("DR", "dr"), ("移动DR", "dr"), ("乳腺X射线机", "dr"), ("CT", "ct"), ("超声", "ultrasound"), ("全自动生化分析仪", "biochemistry"),
    ("Biochemistry analyser", "biochemistry"), ("血细胞分析仪", "haematology"), ("监护仪", "monitor"), ("除颤仪", "other"), ("", "other"),
  ])
  func `a model's category chooses what is measured (FLT-4)`(_ category: String, _ form: String) {
    #expect(ReadingForm.of(category: category).id == form)
    #expect(ReadingForm.of(category: nil).id == "other")
  }

  @Test func `limits count to the thousandth, both ends included`() throws {
    let supply = try #require(ReadingForm.dr.items.first)
    #expect(supply.expected == "4.75–5.25")
    #expect(supply.passes("4.12") == false && supply.passes("4.75") == true && supply.passes("5.25") == true)
    #expect(supply.passes("5.251") == false && supply.passes("５.0") == true && supply.passes(" 4,9 ") == true)
    #expect(ReadingForm.ct.items[0].expected == "±4" && ReadingForm.ct.items[0].passes("-4.001") == false)
    #expect(ReadingForm.ct.items[1].expected == "≤ 0.35" && ReadingForm.ultrasound.items[0].expected == "≥ 160")
  }

  @Test(arguments: ["正常", "", "4.1.2", "1e3", "--4", "4-", "1234567890123"])
  func `what is no number is neither in nor out`(_ text: String) { #expect(ReadingForm.dr.items[0].passes(text) == nil) }

  @Test func `every item has both languages and a name of its own in its form`() {
    for form in ReadingForm.all + [.other] {
      #expect(Set(form.items.map(\.id)).count == form.items.count && Set(form.items.map(\.zh)).count == form.items.count)
      for item in form.items { #expect(item.zh != item.en && item.low ?? 0 <= item.high ?? .max && !item.expected.isEmpty) }
    }
  }
}
