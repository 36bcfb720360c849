import Domain
import Testing

/// 统一社会信用代码 (ORG-5).
@Suite struct SocialCreditCodeTests {
  @Test(arguments: ["91350100M000100Y43", "12360100491234567J", "52100000500021676N"])
  func `a code whose check character fits is one, in small letters too`(_ text: String) throws {
    #expect(try SocialCreditCode(parsing: text).description == text)
    #expect(try SocialCreditCode(parsing: text.lowercased()).description == text)
  }

  @Test func `one wrong place is found anywhere, and two neighbours changed places`() throws {
    let code = Array("91350100M000100Y43")
    for index in code.indices {
      for letter in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" where letter != code[index] {
        var other = code
        other[index] = letter
        #expect(throws: SocialCreditCode.Fault.self) { try SocialCreditCode(parsing: String(other)) }
      }
      if index > 0, code[index] != code[index - 1] {
        var other = code
        other.swapAt(index, index - 1)
        #expect(throws: SocialCreditCode.Fault.self) { try SocialCreditCode(parsing: String(other)) }
      }
    }
  }

  @Test func `what is wrong is said by its place`() {
    #expect(throws: SocialCreditCode.Fault.length(17)) { try SocialCreditCode(parsing: "91350100M000100Y4") }
    #expect(throws: SocialCreditCode.Fault.place(16, "O")) { try SocialCreditCode(parsing: "91350100M000100O43") }
    #expect(throws: SocialCreditCode.Fault.place(4, "A")) { try SocialCreditCode(parsing: "913A0100M000100Y43") }
    #expect(throws: SocialCreditCode.Fault.check(expected: "3")) { try SocialCreditCode(parsing: "91350100M000100Y44") }
    #expect(throws: SocialCreditCode.Fault.length(0)) { try SocialCreditCode(parsing: "") }
  }
}
