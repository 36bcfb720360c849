import Domain
import Testing

@Suite struct DivisionCodeTests {
  private let table = DivisionTable(
    parsing: """
      # a remark
      edition 2026-06
      11 北京市
      1101 - 01东城区 | 03崇文区
      36 江西省
      3611 上饶市 03广丰区 27余干县 | 22广丰县
      35 福建省
      3504 三明市 05沙县区 | 27沙县
      """)

  @Test(arguments: ["361127", "361127100", "361127100201"])
  func `a code has 6, 9 or 12 digits (ORG-5)`(text: String) throws {
    let code = try DivisionCode(parsing: text)
    #expect(code.description == text && code.county == "361127")
    #expect(try table.division(code).name == "余干县")
  }

  @Test(arguments: ["", "36112", "3611271", "36112O", "３６１１２７", "361127-1", " 361127"])
  func `nothing else is one`(text: String) { #expect(throws: DivisionCode.Fault.form) { try DivisionCode(parsing: text) } }

  @Test func `unknown provinces and counties are refused, withdrawn ones are known as that`() throws {
    #expect(throws: DivisionCode.Fault.province("99")) { try table.division(DivisionCode(parsing: "991127")) }
    #expect(throws: DivisionCode.Fault.unknown("361199", edition: "2026-06")) { try table.division(DivisionCode(parsing: "361199")) }
    #expect(try table.division(DivisionCode(parsing: "361122")) == .init(name: "广丰县", isWithdrawn: true))
    #expect(try table.division(DivisionCode(parsing: "361100")) == .init(name: "上饶市", isWithdrawn: false))
    #expect(try table.division(DivisionCode(parsing: "110100")).name == "北京市")
  }

  @Test(arguments: [
    ("361127", "余干县", true), ("361127", "余干", true), ("361127", "江西省上饶市余干县", true), ("361127", "上饶余干", true),
    ("361127", "广丰区", false), ("361127", "上饶市", false), ("361103", "广丰县", true), ("361122", "广丰县", true), ("361100", "余干县", true),
    ("360000", "余干县", true), ("360000", "东城区", false), ("350427", "县", false), ("350427", "沙县", true),
  ])
  func `a district says the same as its code, or another place`(code: String, district: String, agrees: Bool) throws {
    #expect(table.agrees(district, with: try DivisionCode(parsing: code)) == agrees)
  }
}
