import Testing

@testable import Operations

@Suite struct ScannedCodeTests {
  @Test(arguments: [
    ("weibao:SR-20261123-0042", ScannedCode.number("SR-20261123-0042")),
    ("https://desk.example/requests/SR-20261123-0042?x=1", .number("SR-20261123-0042")),
    ("https://desk.example/m/0123456789abcdefghjkmnpqrs", .label("0123456789abcdefghjkmnpqrs")),
    (" 余干 dr ", .words("余干 dr")), ("SN DX56-2405", .words("SN DX56-2405")), ("0793-1234567", .words("0793-1234567")),
    // Begins like a GTIN, and its check digit says that it is none.
    ("0169012345678901234", .words("0169012345678901234")),
  ])
  func `a scanner types our own codes, and people type words`(_ text: String, _ code: ScannedCode) { #expect(ScannedCode(text) == code) }

  /// GS1 General Specifications, 3.2: 01 is the product, 21 the one of these.
  @Test(arguments: [
    "(01)06901234567892(11)240501(17)340501(10)B7(21)DX56-0117", "]d201069012345678921124050117340501" + "10B7\u{1D}21DX56-0117",
    "0106901234567892112405011734050121DX56-0117", "01069012345678922\u{31}DX56-0117\u{1D}10B7",
  ])
  func `a device's own code names its model and its serial number (INT-3)`(_ text: String) throws {
    guard case .device(let device) = ScannedCode(text) else {
      Issue.record("\(text) is a device's code")
      return
    }
    #expect(device.identifier == "06901234567892")
    #expect(device.serials.first == "DX56-0117")
  }

  @Test func `where the scanner leaves out what separates the parts, every reading is tried`() {
    guard case .device(let device) = ScannedCode("010690123456789210B721AB21C") else {
      Issue.record("a device's code")
      return
    }
    #expect(device.serials == ["AB21C", "C"])
  }
}
