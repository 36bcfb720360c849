import Domain
import Operations
import Testing

@testable import Web

@Suite struct PageTextTests {
  @Test func `every text of a page is in both languages, with the same places to fill`() {
    let zh = Catalogue(Catalogue.pagesZh, ProblemTexts.zh).texts, en = Catalogue(Catalogue.pagesEn, ProblemTexts.en).texts
    #expect(Set(zh.keys).symmetricDifference(en.keys).sorted() == [])
    for (key, text) in zh {
      #expect(places(text) == places(en[key] ?? ""), "\(key)")
      #expect(!text.isEmpty && en[key] != "", "\(key)")
    }
  }

  @Test func `no Chinese in English, and Chinese in Chinese`() {
    let plain: Set = [
      "lang", "other-language", "other-language-code", "time.year", "time.day", "time.short-day", "story.to", "event.attempted",
      "paper.said", "cannot.rule",
    ]
    func isChinese(_ text: String) -> Bool { text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) } }
    for (key, text) in Catalogue(Catalogue.pagesEn).texts where !plain.contains(key) { #expect(!isChinese(text), "\(key)") }
    for (key, text) in Catalogue(Catalogue.pagesZh).texts where !plain.contains(key) && !key.hasPrefix("time.month.") {
      #expect(isChinese(text), "\(key)")
    }
  }

  @Test(arguments: Language.allCases)
  func `every word that a case can hold is said in words`(_ language: Language) {
    let texts = Catalogue.of(language).texts
    func words<Word: CaseIterable & RawRepresentable<String>>(_ group: String, _ type: Word.Type) -> [String] {
      type.allCases.map { "\(group).\($0.rawValue)" }
    }
    var keys = words("kind", RequestKind.self) + words("urgency", Urgency.self) + words("channel", Channel.self)
    keys += words("state", RequestState.self) + words("level", SupportLevel.self) + words("harm", Harm.self) + words("means", Means.self)
    keys += words("result", AttemptResult.self) + words("result", RemoteResult.self) + PauseReason.shipped.map { "wait.\($0.rawValue)" }
    keys += words("cause", CauseCode.self) + words("role", Role.self) + words("order", WorkOrderState.self)
    keys += words("step", RequestStep.self) + words("step", WorkOrderStep.self)
    keys += PageSamples.kinds.map { "event.\($0)" }
    #expect(keys.filter { texts[$0] == nil } == [])
    // A refusal may name any step, state or event; in Chinese it speaks of them by the same words as the buttons.
    guard language == .zh else { return }
    for step in RequestStep.allCases { #expect(texts["word.\(step.rawValue)"] != nil, "\(step)") }
    for kind in PageSamples.kinds where kind != "work-recorded" { #expect(texts["word.\(kind)"] != nil, "\(kind)") }
  }

  @Test(arguments: Language.allCases)
  func `every field of a step has a label, and every list of words its words`(_ language: Language) {
    let texts = Catalogue.of(language).texts, wording = Wording(language, now: TestDesk.now, offsetSeconds: 28_800)
    let shapes = RequestStep.allCases.map { ($0.rawValue, $0.shape) } + WorkOrderStep.allCases.map { ($0.rawValue, $0.shape) }
    for (step, shape) in shapes {
      let form = StepForm(step, shape: shape, action: "/", key: "k", wording)
      for input in form.inputs + form.late {
        #expect(texts["label.\(input.name)"] != nil, "\(step) \(input.name)")
        // English has words that are their own code, such as “phone”.
        for choice in input.choices where language == .zh { #expect(choice.words != choice.value, "\(step) \(input.name) \(choice.value)") }
      }
    }
  }

  private func places(_ text: String) -> Set<String> { Set(text.matches(of: /\{(\d)\}/).map { String($0.1) }) }
}
