import Domain
import Operations
import Persistence
import Testing

@Suite struct ImportTests {
  private func run(_ test: TestCompany, _ kind: ImportKind, _ text: String, dryRun: Bool = false) async throws -> ImportReport {
    try await ImportOperations(test.company).run(kind, Array(text.utf8), dryRun: dryRun, by: .system)
  }

  @Test func `a company comes in from files, and a second run doubles nothing`() async throws {
    let test = try await TestCompany()
    let files: [(ImportKind, String)] = [
      (.branches, "\u{FEFF}机构编码,机构名称,区县,电话\r\nYUGAN,余干服务站,余干县,0793-1\r\nPOYANG,鄱阳服务站,鄱阳县,\r\n"),
      (.staff, "姓名,角色,所属机构,技能,证书,电话\n王强,工程师,YUGAN,DR;生化,DR装机:2027-12-31,13900000001\n李敏,call-taker,鄱阳服务站,,,\n"),
      (.customers, "district,name,服务机构,类型,重要程度\n余干县,余干县人民医院,YUGAN,医院,重要\n余干县,\"瑞洪镇卫生院\",YUGAN,乡镇卫生院,普通\n"),
      (.sites, "客户,院区,服务范围\n余干县人民医院,门诊楼,覆盖\n"),
      (.departments, "客户,院区,科室\n余干县人民医院,门诊楼,放射科\n"),
      (.contacts, "客户,科室,姓名,电话,职责\n余干县人民医院,放射科,赵主任,13970000001,技术负责人\n"),
      (.models, "型号,厂家,设备类别,设备等级,保修月数\nDR-3000,万东,DR,重要,24\n"),
      (.machines, "SN,型号,医院,院区,科室,安装日期,状态\nA-1,DR-3000,余干县人民医院,门诊楼,放射科,2025/3/8,在用\nA-2,DR-3000,余干县人民医院,,,2024年11月2日,停用\n"),
    ]
    for (kind, text) in files {
      let report = try await run(test, kind, text)
      #expect(report.problems == [], "\(kind)")
      #expect(report.added == report.lines)
    }
    let events = try await test.number("SELECT COUNT(*) FROM journal")
    for (kind, text) in files {
      let report = try await run(test, kind, text)
      #expect(report.added == 0 && report.changed == 0 && report.found == report.lines, "\(kind)")
    }
    #expect(try await test.number("SELECT COUNT(*) FROM journal") == events)
    var query = RegisterQuery()
    query.filters = ["serialNumber": "A-1"]
    let machine = try JSON(try #require(try await test.registers.list(.equipment, query, by: .system).items.first).json)
    #expect(machine["installedOn"].text == "2025-03-08")
    #expect(machine["warrantyEnds"].text == "2027-03-08")
    #expect(machine["departmentName"].text == "放射科")
    let changed = try await run(test, .machines, "SN,型号,状态\nA-1,DR-3000,报废\nA-2,DR-3000,停用\n")
    #expect((changed.added, changed.changed, changed.found) == (0, 1, 2))
  }

  @Test func `every bad line is named, and with one bad line nothing is written`() async throws {
    let test = try await TestCompany()
    let text = """
      name,district,kind,branch
      A,余干县,hospital,
      ,余干县,hospital,
      B,余干县,castle,
      C,余干县,hospital,NOWHERE
      A,余干县,hospital,
      D,余干县,hospital,,extra
      """
    let report = try await run(test, .customers, text)
    #expect(report.problems.map(\.line) == [3, 4, 5, 6, 7])
    #expect(report.problems.map(\.field) == ["name", "kind", "branch", "name", nil])
    #expect(try await test.number("SELECT COUNT(*) FROM journal") == 0)
  }

  @Test func `a dry run says what would come, and writes nothing`() async throws {
    let test = try await TestCompany()
    let report = try await run(test, .customers, "name\nA\nB\n", dryRun: true)
    #expect((report.added, report.found) == (2, 0))
    #expect(try await test.number("SELECT COUNT(*) FROM journal") == 0)
  }

  @Test(arguments: [
    (
      "name,colour\nA,red",
      ImportRefusal.headings("“colour” is no heading of customers; to leave such columns out, say --ignore colour")
    ),
    ("name,名称\nA,B", .headings("“名称” is there twice")), ("district\nx", .headings("name (客户名称) is missing")), ("", .empty),
    ("name\n\"A", .strayQuote(line: 2)),
  ])
  func `a file that cannot be read is refused whole`(text: String, refusal: ImportRefusal) async throws {
    let test = try await TestCompany()
    await #expect(throws: refusal) { try await run(test, .customers, text) }
  }

  @Test func `a dealer's spreadsheet comes in as it was saved: GB18030 with semicolons, UTF-16 with tabs (ORG-5)`() async throws {
    // 客户名称;区县 / 余干县人民医院;余干县 / 铅山县𠮷镇卫生院;铅山县, the last with a letter of four bytes.
    let gb18030: [UInt8] = [
      0xBF, 0xCD, 0xBB, 0xA7, 0xC3, 0xFB, 0xB3, 0xC6, 0x3B, 0xC7, 0xF8, 0xCF, 0xD8, 0x0A, 0xD3, 0xE0, 0xB8, 0xC9, 0xCF, 0xD8,
      0xC8, 0xCB, 0xC3, 0xF1, 0xD2, 0xBD, 0xD4, 0xBA, 0x3B, 0xD3, 0xE0, 0xB8, 0xC9, 0xCF, 0xD8, 0x0A, 0xC7, 0xA6, 0xC9, 0xBD,
      0xCF, 0xD8, 0x95, 0x34, 0xB2, 0x35, 0xD5, 0xF2, 0xCE, 0xC0, 0xC9, 0xFA, 0xD4, 0xBA, 0x3B, 0xC7, 0xA6, 0xC9, 0xBD, 0xCF,
      0xD8, 0x0A,
    ]
    let utf16: [UInt8] = [
      0xFF, 0xFE, 0xA2, 0x5B, 0x37, 0x62, 0x0D, 0x54, 0xF0, 0x79, 0x09, 0x00, 0x3A, 0x53, 0xBF, 0x53, 0x0D, 0x00, 0x0A, 0x00,
      0x59, 0x4F, 0x72, 0x5E, 0xBF, 0x53, 0xBA, 0x4E, 0x11, 0x6C, 0x3B, 0x53, 0x62, 0x96, 0x09, 0x00, 0x59, 0x4F, 0x72, 0x5E,
      0xBF, 0x53, 0x0D, 0x00, 0x0A, 0x00,
    ]
    let test = try await TestCompany()
    let first = try await ImportOperations(test.company).run(.customers, gb18030, dryRun: false, by: .system)
    #expect(first.problems == [] && first.added == 2)
    let second = try await ImportOperations(test.company).run(.customers, utf16, dryRun: false, by: .system)
    #expect((second.added, second.changed, second.found) == (0, 0, 1))
    var query = RegisterQuery()
    query.filters = ["name": "铅山县𠮷镇卫生院"]
    #expect(try await test.registers.list(.customers, query, by: .system).items.count == 1)
  }

  @Test func `codes, numbers and days typed full-width are what they mean (ORG-2)`() async throws {
    let test = try await TestCompany()
    _ = try await run(test, .models, "型号,厂家,设备类别,保修月数\nDR-3000,万东,DR,２４\n")
    let report = try await run(test, .machines, "ＳＮ,型号,安装日期\nＤＲ－２０２４－１,DR-3000,２０２４年３月５日\n")
    #expect(report.problems == [] && report.added == 1)
    var query = RegisterQuery()
    query.filters = ["serialNumber": "DR-2024-1"]
    let machine = try JSON(try #require(try await test.registers.list(.equipment, query, by: .system).items.first).json)
    #expect(machine["installedOn"].text == "2024-03-05" && machine["warrantyEnds"].text == "2026-03-05")
  }

  @Test func `two encodings in one file, a NUL and a broken letter are refused by their line`() async throws {
    let company = try await TestCompany().company
    func refusal(_ bytes: [UInt8]) async throws -> ImportRefusal? {
      do { _ = try await ImportOperations(company).run(.customers, bytes, dryRun: false, by: .system) } catch let error as ImportRefusal {
        return error
      }
      return nil
    }
    // 余干县 in GB18030 under headings in UTF-8.
    let line: [UInt8] = [0xD3, 0xE0, 0xB8, 0xC9, 0xCF, 0xD8, 0x0A]
    #expect(try await refusal(Array("客户名称\n鄱阳县\n".utf8) + line) == .mixedEncodings(line: 3))
    #expect(try await refusal(line + line + Array("鄱阳县\n".utf8)) == .mixedEncodings(line: 3))
    #expect(try await refusal(Array("name\nA\n".utf8) + [0x42, 0x00, 0x0A]) == .nul(line: 3))
    #expect(try await refusal(Array("name\nA\n".utf8) + [0xFF, 0x0A]) == .notALetter(line: 3))
    #expect(try await refusal([0xFF, 0xFE, 0x41]) == .notUTF8)
  }

  @Test func `text that is neither UTF-8 nor GB18030 is refused`() async throws {
    let test = try await TestCompany()
    await #expect(throws: ImportRefusal.notALetter(line: 1)) {
      try await ImportOperations(test.company).run(.customers, [0xC3, 0x28], dryRun: false, by: .system)
    }
  }

  @Test(arguments: [true, false])
  func `the templates, one after another, make a company, and a second time nothing new`(chinese: Bool) async throws {
    let test = try await TestCompany()
    for round in 0..<2 {
      for kind in ImportKind.loadingOrder {
        let report = try await run(test, kind, kind.template(chinese: chinese))
        #expect(report.problems == [] && report.added == 1 - round && report.changed == 0, "\(kind): \(report.problems)")
      }
    }
    #expect(Set(ImportKind.loadingOrder) == Set(ImportKind.allCases))
  }
}
