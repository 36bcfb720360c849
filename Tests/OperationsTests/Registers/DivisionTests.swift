import Domain
import Operations
import Testing

@Suite struct DivisionTests {
  @Test func `the shipped table has every province, today's counties and those of yesterday (ORG-5)`() throws {
    #expect(DivisionTable.china.count > 3_700)
    func name(_ code: String) -> String? {
      (try? DivisionCode(parsing: code)).flatMap { try? DivisionTable.china.division($0) }.map { $0.name + ($0.isWithdrawn ? " †" : "") }
    }
    let provinces = [
      "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46", "50",
      "51",
      "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    ]
    #expect(provinces.allSatisfy { name($0 + "0000") != nil })
    for (code, expected) in [
      ("361127", "余干县"), ("361128", "鄱阳县"), ("361104", "广信区"), ("361121", "上饶县 †"), ("330113", "临平区"), ("330103", "下城区 †"),
      ("653229", "和安县"), ("429021", "神农架林区"), ("441900", "东莞市"), ("110101", "东城区"), ("110103", "崇文区 †"), ("310100", "上海市"),
    ] { #expect(name(code) == expected, "\(code)") }
  }

  @Test func `a code brings its district where none is named, and follows a new code (ORG-5)`() async throws {
    let test = try await TestCompany()
    let id = try await test.make(.customers, ["name": "A", "divisionCode": "361127"])
    #expect(try await test.read(.customers, id)["district"].text == "余干县")
    func change(_ values: [String: FieldValue], _ version: Int) async throws -> JSON {
      var call = Call(.system)
      call.expected = version
      return try await JSON(test.registers.change(.customers, id, Fields(values), call).body)
    }
    #expect(try await change(["divisionCode": "361128100"], 1)["district"].text == "鄱阳县")
    #expect(try await change(["district": "上饶市鄱阳县"], 2)["district"].text == "上饶市鄱阳县")
    await #expect(throws: InputRefusal.self) { try await change(["divisionCode": "361127"], 3) }
    #expect(try await change(["divisionCode": "361127", "district": .null], 3)["district"].isNull)
    let site = try await test.make(.sites, ["customer": .text(id), "name": "门诊楼", "divisionCode": "361127"])
    #expect(try await test.read(.sites, site)["district"].text == "余干县")
  }

  @Test(
    arguments: [
      (["divisionCode": "361199"], "field.division-unknown"), (["divisionCode": "3611"], "field.division-form"),
      (["divisionCode": "991127"], "field.division-province"),
      (["divisionCode": "361127", "district": "鄱阳县"], "field.division-differs"),
    ] as [([String: String], String)])
  func `a code that is none, and a district that is another, are refused`(values: [String: String], code: String) async throws {
    let test = try await TestCompany()
    let body = "{\"name\":\"A\"," + values.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",") + "}"
    do {
      let input = try Register.customers.description.createShape.decode(Array(body.utf8))
      _ = try await test.registers.create(.customers, input, Call(.system))
      Issue.record("taken")
    } catch let refusal as InputRefusal {
      #expect(refusal.fields.map(\.code) == [code])
    }
  }

  @Test func `a file's codes fill districts, contradictions are told by line, a withdrawn code by a note (ORG-5)`() async throws {
    let test = try await TestCompany()
    let bad = "客户名称,区划代码,区县\nA,361127,\nB,361127,鄱阳县\nC,361199,\nD,12,\nE,991127,\n"
    let report = try await ImportOperations(test.company).run(.customers, Array(bad.utf8), dryRun: false, by: .system)
    #expect(
      report.problems.map { "\($0.line) \($0.field ?? "-"): \($0.message(chinese: true))" } == [
        "3 district: “鄱阳县”与行政区划代码不符，该代码是余干县", "4 divisionCode: “361199”：2026-06 的区划表中没有 361199",
        "5 divisionCode: “12”：行政区划代码有 6 位数字，带乡镇、村的有 9 位或 12 位", "6 divisionCode: “991127”：没有以 99 开头的省份",
      ])
    let good = "客户名称,行政区划,区县\nA,３６１１２７,\nB,361121,\nC,361128001002,江西鄱阳\n"
    for round in 0..<2 {
      let report = try await ImportOperations(test.company).run(.customers, Array(good.utf8), dryRun: false, by: .system)
      #expect(report.problems == [] && report.added == 3 * (1 - round) && report.changed == 0)
      #expect(report.notes.map(\.message) == ["division code 361121 (上饶县) has been withdrawn"])
    }
    var query = RegisterQuery()
    query.filters = ["divisionCode": "361127"]
    let items = try await test.registers.list(.customers, query, by: .system).items
    #expect(try items.map { try JSON($0.json)["district"].text } == ["余干县"])
  }
}
