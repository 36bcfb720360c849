import Domain
import Operations
import Testing

/// Files as dealers keep them (ORG-2, ORG-5).
@Suite struct DealerFileTests {
  private func run(
    _ test: TestCompany, _ kind: ImportKind, _ text: String, _ options: ImportOperations.Options = .init()
  ) async throws -> ImportReport {
    try await ImportOperations(test.company).run(kind, ImportFile(Array(text.utf8)), options, by: .system)
  }

  private func told(_ report: ImportReport, chinese: Bool = false) -> [String] {
    report.problems.map { "\($0.line) \($0.field ?? "-"): \($0.message(chinese: chinese))" }
  }

  @Test func `columns that we do not know are named, with what to say, and are left out when told so`() async throws {
    let test = try await TestCompany()
    let text = "序号,客户名称,备注,,区县\n1,余干县人民医院,老客户,,余干县\n2,鄱阳县中医院,,,鄱阳县\n"
    await #expect(
      throws: ImportRefusal.headings("“序号”, “备注” are no headings of customers; to leave such columns out, say --ignore 序号 --ignore 备注")
    ) { try await run(test, .customers, text) }
    let report = try await run(test, .customers, text, .init(ignored: ["序号", " 备 注"]))
    #expect(report.problems == [] && report.added == 2)
    let loose = try await run(test, .customers, "客户名称,\nA,\nB,oops\n")
    #expect(told(loose) == ["3 -: “oops” stands in a column without a heading"])
  }

  @Test func `blank lines, trailing commas and a line of totals are no records`() async throws {
    let test = try await TestCompany()
    let text = "型号,厂家,设备类别,,\n\nDR-1,万东,DR,,\n,,,,\nDR-2,万东,DR,,,,,\n合 计：,,2,,\n"
    let report = try await run(test, .models, text)
    #expect(report.problems == [] && report.added == 2 && report.lines == 3)
    #expect(report.notes.map { "\($0.line) \($0.message)" } == ["6 a line of totals, left out"])
    // A customer may be called so, where the line says what a customer is.
    #expect(try await run(test, .customers, "name\n合计\n").added == 1)
  }

  @Test(arguments: [
    ("2024/3/5", "2024-03-05"), ("2024-03-05", "2024-03-05"), ("2024年3月5日", "2024-03-05"), ("２０２４．３．５", "2024-03-05"),
    ("20240305", "2024-03-05"), ("45356", "2024-03-05"), ("2024/3/5 0:00:00", "2024-03-05"), ("2024-02-29", "2024-02-29"),
  ])
  func `a day is read however it was written (ORG-2)`(cell: String, day: String) async throws {
    let test = try await TestCompany()
    _ = try await run(test, .models, ImportKind.models.template(chinese: true))
    let report = try await run(test, .machines, "SN,型号,安装日期\nA-1,DR-3000,\(cell)\n")
    #expect(report.problems == [])
    let machine = try JSON(try #require(try await test.registers.list(.equipment, RegisterQuery(), by: .system).items.first).json)
    #expect(machine["installedOn"].text == day)
  }

  @Test(arguments: ["2023-02-29", "2024/13/1", "3/5/2024", "5.3.24", "2024年3月", "2024-03-05 10:30", "1234", "90000", "昨天", "-2024-3-5-1"])
  func `what is no day is refused`(cell: String) async throws {
    let test = try await TestCompany()
    _ = try await run(test, .models, ImportKind.models.template(chinese: true))
    let report = try await run(test, .machines, "SN,型号,安装日期\nA-1,DR-3000,\(cell)\n")
    #expect(told(report, chinese: true) == ["2 installedOn: “\(cell)”不是日期；请写成 2026-11-23"])
  }

  @Test func `what stands twice in a file is told with both lines, by the key that finds it again`() async throws {
    let test = try await TestCompany()
    for kind in ImportKind.loadingOrder { _ = try await run(test, kind, kind.template(chinese: true)) }
    let files: [(ImportKind, String, [String])] = [
      (.machines, "SN,型号\nB-1,DR-3000\nB-2,DR-3000\nＢ－１,DR-3000\n", ["4 serialNumber: is the same as in line 2"]),
      (.contacts, "客户,姓名,电话\n余干县人民医院,钱一,1\n余干县人民医院,钱一,2\n余干县人民医院,钱一,１\n", ["4 phone: is the same as in line 2"]),
      (.departments, "客户,科室\n余干县人民医院,检验科\n余干县人民医院,检验科\n", ["3 name: is the same as in line 2"]),
      (.staff, "姓名,角色,机构\n孙一,工程师,YUGAN\n孙一,调度员,余干服务站\n", ["3 branch: is the same as in line 2"]),
      (.staff, "姓名,角色,工号\n孙一,工程师,7\n孙二,工程师,7\n", ["3 badgeNumber: is the same as in line 2"]),
    ]
    for (kind, text, expected) in files { #expect(told(try await run(test, kind, text)) == expected, "\(kind)") }
  }

  @Test func `every kind is found again by what it is called, and two people of one name by their badges`() async throws {
    let test = try await TestCompany()
    for kind in ImportKind.loadingOrder { _ = try await run(test, kind, kind.template(chinese: true)) }
    let two = "姓名,角色,机构,工号\n李明,工程师,YUGAN,1\n李明,工程师,YUGAN,2\n"
    #expect(try await run(test, .staff, two).added == 2)
    #expect(try await run(test, .staff, two).found == 2)
    // A badge comes later to whoever had none, and takes nobody else's place.
    #expect(try await run(test, .staff, "姓名,角色,机构\n周一,工程师,YUGAN\n").added == 1)
    let badge = try await run(test, .staff, "姓名,角色,机构,工号\n周一,工程师,YUGAN,3\n")
    #expect((badge.added, badge.changed) == (0, 1))
    // A department with and one without a site are two.
    let departments = "客户,院区,科室\n余干县人民医院,门诊楼,检验科\n余干县人民医院,,检验科\n"
    #expect(try await run(test, .departments, departments).added == 2)
    #expect(try await run(test, .departments, departments).found == 2)
    // Which is meant is told by the site beside it.
    let machines = "SN,型号,客户,院区,科室\nC-1,DR-3000,余干县人民医院,门诊楼,检验科\nC-2,DR-3000,余干县人民医院,,检验科\n"
    #expect(try await run(test, .machines, machines).problems == [])
    let contacts = "客户,姓名,电话,邮箱\n余干县人民医院,冯一,13900000001,a@example.com\n"
    #expect(try await run(test, .contacts, contacts).added == 1)
    #expect(try await run(test, .contacts, contacts).found == 1)
    let changed = try await run(test, .contacts, "客户,姓名,电话,邮箱\n余干县人民医院,冯一,13900000001,b@example.com\n")
    #expect((changed.added, changed.changed) == (0, 1))
  }

  @Test func `a machine that moves to another customer takes no department along (ORG-5)`() async throws {
    let test = try await TestCompany()
    for kind in ImportKind.loadingOrder { _ = try await run(test, kind, kind.template(chinese: true)) }
    _ = try await run(test, .customers, "name\n鄱阳县中医院\n")
    let report = try await run(test, .machines, "SN,型号,客户\nDR-2024-0001,DR-3000,鄱阳县中医院\n")
    #expect(report.problems.map(\.field) == ["site", "department"])
  }

  @Test func `what turns text around, control characters and line breaks in a name are refused by their line`() async throws {
    let test = try await TestCompany()
    let report = try await run(test, .customers, "name\nA\u{202E}B\nC\u{7}D\n\"E\nF\"\n\u{200B}\n")
    #expect(
      told(report) == [
        "2 name: contains control characters", "3 name: contains control characters", "4 name: contains a line break; write it on one line",
        "6 name: holds nothing that can be seen",
      ])
  }

  @Test func `only who may manage accounts makes administrators by a file`() async throws {
    let desk = try await TestDesk()
    let writer = desk.manager
    guard Permissions.scope(of: .staffWrite, for: writer.role) != nil else { return }
    let file = try ImportFile(Array("姓名,角色\n吴一,管理员\n".utf8))
    let report = try await ImportOperations(desk.test.company).run(.staff, file, by: writer)
    #expect(report.problems.map(\.message) == ["only who may manage accounts may change this"])
  }
}
