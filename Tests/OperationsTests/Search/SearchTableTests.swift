import Domain
import Persistence
import TestEngines
import Testing

@testable import Operations

@Suite struct SearchTableTests {
  private static let first = "customer 南昌市第一医院", attached = "customer 南昌大学第一附属医院", yanshan = "customer 铅山县人民医院"
  private static let clogged = "request 生化分析仪吸样针堵塞报警", tube = "request CT球管打火，扫描中断", detector = "request DR探测器无法连接"

  /// What is typed, and what must come first (INT-3).
  static let table: [(query: String, first: String)] = [
    // Names, whole and in parts, as people say them.
    ("南昌市第一医院", first), ("南昌市第一", first), ("市第一医院", first), ("市一", first), ("一附院", attached), ("第一附属", attached),
    ("铅山", yanshan), ("铅山县医院", yanshan), ("渝中", "customer 重庆市渝中区中医院"), ("妇幼", "customer 长沙市妇幼保健院"), ("首钢", "customer 北京大学首钢医院"),
    ("市立", "customer 上饶市立医院"), ("景德镇", "customer 景德镇市第三人民医院"), ("象湖", "site 象湖院区"), ("检验科", "department 检验科"),
    ("南昌 附属", attached), ("附属 南昌", attached), ("象山北路", first), ("洎阳", "customer 乐平市中医院"), ("康复", "customer 绿地康复医院"),
    // Traditional, full-width, with blanks and points between.
    ("南昌市第一醫院", first), ("長沙", "customer 长沙市妇幼保健院"), ("廈門市第二醫院", "customer 厦门市第二医院"), ("景德鎮", "customer 景德镇市第三人民医院"),
    ("ＣＴ－５５０－８８２１３", "equipment CT-550-88213"), ("南昌市第一医院 ", first), ("（象湖院区）", "site 象湖院区"), ("南昌·附属", attached),
    // Pinyin and initials.
    ("ncsdyyy", first), ("ncsdy", first), ("NCSDYYY", first), ("nanchangshidiyi", first), ("nanchangshidi", first),
    ("ncdxdyfsyy", attached),
    ("yanshan", yanshan), ("ysx", yanshan), ("ysxrmyy", yanshan), ("chongqing", "customer 重庆市渝中区中医院"), ("cqsyz", "customer 重庆市渝中区中医院"),
    ("xiamen", "customer 厦门市第二医院"), ("xmsdeyy", "customer 厦门市第二医院"), ("changsha", "customer 长沙市妇幼保健院"), ("cssfy", "customer 长沙市妇幼保健院"),
    ("leping", "customer 乐平市中医院"), ("luan", "customer 六安市人民医院"), ("lvdi", "customer 绿地康复医院"), ("jdz", "customer 景德镇市第三人民医院"),
    ("shangrao", "customer 上饶市立医院"), ("srslyy", "customer 上饶市立医院"), ("南昌shi", first), ("beijing", "customer 北京大学首钢医院"),
    ("xianghu", "site 象湖院区"), ("jyk", "department 检验科"), ("zenglihua", "contact 曾丽华"), ("zlh", "contact 曾丽华"),
    ("lvzhiqiang", "contact 吕志强"),
    ("ouyang", "contact 欧阳修文"), ("oyxw", "contact 欧阳修文"),
    // People, with rare characters; phone numbers, whole and in part.
    ("曾丽华", "contact 曾丽华"), ("丽华", "contact 曾丽华"), ("张㛃", "contact 张㛃"), ("㛃", "contact 张㛃"), ("欧阳", "contact 欧阳修文"),
    ("13970012345", "contact 曾丽华"), ("139 7001 2345", "contact 曾丽华"), ("12345", "contact 曾丽华"), ("1397001", "contact 曾丽华"),
    ("0797-8345678", "contact 吕志强"), ("07978345678", "contact 吕志强"), ("8345678", "contact 吕志强"), ("13807009988", "contact 欧阳修文"),
    ("+8613807009988", "contact 欧阳修文"), ("１３９７００１２３４５", "contact 曾丽华"),
    // Serial numbers: whole, in part, in any writing, with one wrong letter.
    ("MZ2024A0017", "equipment MZ2024A0017"), ("mz2024a0017", "equipment MZ2024A0017"), ("A0017", "equipment MZ2024A0017"),
    ("CT55088213", "equipment CT-550-88213"), ("88213", "equipment CT-550-88213"), ("HD15 2203", "equipment HD15-2203-006"),
    ("MZ2O24A0017", "equipment MZ2024A0017"), ("MZ2024A0071", "equipment MZ2024A0017"), ("DX80KLN4471", "equipment DX80KLM4471"),
    ("DX80KLM471", "equipment DX80KLM4471"), ("XN9Q77331", "equipment XN9Q7731"), ("KLM9902", "equipment DX80KLM9902"),
    // Models.
    ("BS-2000M", "model BS-2000M"), ("bs2000", "model BS-2000M"), ("digix", "model DigiX 80"),
    // What is wrong.
    ("堵塞", clogged), ("吸样针", clogged), ("堵", clogged), ("塞", clogged), ("吸样 报警", clogged), ("E203", clogged), ("e203", clogged),
    ("球管", tube), ("打火", tube), ("头颅", tube), ("探测器", detector), ("网络灯", detector), ("南昌 堵塞", clogged), ("一附 球管", tube),
    ("黑条", "request 彩超探头图像有黑条"), ("校准", "request 血球仪结果偏高需要校准"), ("jiaozhun", "request 血球仪结果偏高需要校准"),
    ("duse", clogged), ("qiuguan", tube), ("耦合剂", "request 超声耦合剂加热器不热"), ("質控", "request 血球仪结果偏高需要校准"),
    ("图像", "request DR曝光后图像发白"), ("SR-20261123-0001", clogged), ("sr202611230001", clogged), ("20261123-0002", tube), ("0003", detector),
    ("ＳＲ－２０２６１１２３－０００２", tube),
    // As people type: letters and characters mixed, abbreviations, blanks, what goes without saying left out.
    ("铅山 DR", "equipment DX80KLM4471"), ("铅山dr", "equipment DX80KLM4471"), ("DR 铅山", "equipment DX80KLM4471"),
    ("一附院CT", "equipment CT-550-88213"),
    ("一附院 ct", "equipment CT-550-88213"), ("市一 生化", "equipment MZ2024A0017"), ("长沙彩超", "equipment HD15-2203-006"),
    ("铅山县医院", yanshan), ("铅山医院", yanshan), ("铅山县院", yanshan), ("乐平中医院", "customer 乐平市中医院"), ("厦门二院", "customer 厦门市第二医院"),
    ("景德镇三院", "customer 景德镇市第三人民医院"), ("长沙妇幼", "customer 长沙市妇幼保健院"), ("南昌一院", first), ("南昌第一医院", first),
    ("ncs第一", first), ("南昌市dyyy", first), ("nanchang第一", first), ("cq中医", "customer 重庆市渝中区中医院"), ("重庆 zyy", "customer 重庆市渝中区中医院"),
    ("2024A00", "equipment MZ2024A0017"), ("0-8821", "equipment CT-550-88213"), ("550 882", "equipment CT-550-88213"),
    ("2203", "equipment HD15-2203-006"),
    ("LM44", "equipment DX80KLM4471"), ("９Ｑ７７", "equipment XN9Q7731"), ("7001 23", "contact 曾丽华"), ("曾 1397001", "contact 曾丽华"),
    ("yanshan dr", "equipment DX80KLM4471"), ("单县", "customer 单县中心医院"), ("shanxian", "customer 单县中心医院"), ("sxzxyy", "customer 单县中心医院"),
    ("yueqing", "customer 乐清市人民医院"), ("changan", "customer 长安医院"), ("单医生", "contact 单医生"), ("shanyisheng", "contact 单医生"),
  ]

  @Test func `what people type finds what they mean, first (INT-3)`() async throws {
    let desk = try await SearchDesk()
    #expect(Self.table.count >= 80)
    for (query, first) in Self.table {
      let found = try await desk.find(query)
      #expect(found.first == first, Comment(rawValue: "\(query): \(found.prefix(4))"))
    }
  }

  @Test(arguments: ["不存在的医院", "zzzzqq", "99999999", "MZ2024B1117", "'; DROP TABLE request", "\" OR 1", "*", "（）", "😀", "%", "_"])
  func `what there is not finds nothing, and does no harm`(_ query: String) async throws {
    let desk = try await TestDesk()
    _ = try await desk.report()
    #expect(try await SearchOperations(desk.test.company).search(query, by: desk.gao).items.isEmpty, "\(query)")
  }

  @Test func `a number of today is found before the name that has its digits`() async throws {
    let desk = try await SearchDesk()
    let found = try await desk.find("SR-20261123-0001")
    #expect(found == ["request 生化分析仪吸样针堵塞报警"])
  }

  @Test func `outsiders find what is theirs and nothing else (ORG-3, ORG-5)`() async throws {
    let desk = try await TestDesk()
    let search = SearchOperations(desk.test.company)
    let number = try await desk.report()["number"].text
    func found(_ query: String, _ actor: Actor) async throws -> [String] { try await search.search(query, by: actor).items.map(\.type) }
    for query in ["余干", "SN-1", TestDesk.phone, "DR 不启动", number, "周主任", "yugan", "门诊"] {
      #expect(try await found(query, desk.otherDoctor).isEmpty, "\(query)")
      #expect(try await found(query, desk.partner).isEmpty, "\(query)")
    }
    for query in ["余干", "SN-1", TestDesk.phone, "启动", number] { #expect(try await !found(query, desk.doctor).isEmpty, "\(query)") }
    // Neither colleagues nor branches are for outsiders.
    #expect(try await !found("服务站", desk.gao).isEmpty)
    #expect(try await found("服务站", desk.doctor).isEmpty)
    try await desk.take(.accept, on: number)
    try await desk.take(.dispatch, ["engineer": desk.partner.id], on: number, by: desk.gao)
    #expect(try await found("启动", desk.partner) == ["request"])
    #expect(try await found(number, desk.partner).contains("work-order"))
    #expect(try await found("余干", desk.otherDoctor).isEmpty)
  }

  @Test func `what is frequent does not hide what is exact, and more is said to be there`() async throws {
    let desk = try await TestDesk()
    for index in 1...30 { try await desk.test.make(.customers, ["name": .text("赣州市第\(index)医院")]) }
    let result = try await SearchOperations(desk.test.company).search("赣州市第2医院", by: desk.gao)
    #expect(result.items.first?.title == "赣州市第2医院")
    let many = try await SearchOperations(desk.test.company).search("赣州", by: desk.gao)
    #expect(many.more && many.items.count == SearchOperations.limit)
  }

  @Test func `a new name is found at once, the old one no more; cases follow`() async throws {
    let desk = try await TestDesk()
    let company = desk.test.company
    _ = try await desk.report()
    let search = SearchOperations(company)
    func types(_ query: String) async throws -> Set<String> { Set(try await search.search(query, by: desk.gao).items.map(\.type)) }
    #expect(try await types("余干县").isSuperset(of: ["customer", "request"]))
    _ = try await desk.test.registers.change(
      .customers, desk.hospital, Fields(["name": "信江总医院"]), Call(.system, expected: 1))
    #expect(try await types("信江").contains("customer"))
    try await SearchIndexer(company).followAll()
    #expect(try await types("信江").isSuperset(of: ["customer", "request", "equipment", "contact", "site"]))
    #expect(try await types("余干县人民").isEmpty)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM search_renamed") == 0)
  }

  @Test func `a record's own reading is found beside the usual one, by what shows its name too`() async throws {
    let desk = try await TestDesk()
    let company = desk.test.company
    let search = SearchOperations(company)
    func found(_ query: String) async throws -> [String] {
      try await SearchIndexer(company).followAll()
      return try await search.search(query, by: desk.gao).items.map { "\($0.type) \($0.title)" }
    }
    // 尉 is read yù nowhere but in names.
    let id = try await desk.test.make(.customers, ["name": "尉家集卫生院", "pinyin": "Yù jiā jí wèi shēng yuàn"])
    let model = try await desk.test.make(.models, ["name": "乐行", "manufacturer": "万东", "category": "DR", "pinyin": "le xing"])
    try await desk.test.make(.equipment, ["serialNumber": "LX-77", "model": .text(model), "customer": .text(id)])
    for query in ["yujiaji", "yjjwsy", "YJJ", "尉家集", "weijiaji"] {
      #expect(try await found(query).contains("customer 尉家集卫生院"), "\(query)")
    }
    #expect(try await found("yujiaji").contains("equipment 乐行"))
    #expect(try await found("lexing").first == "model 乐行")
    // Changed and emptied, it is found by the new reading only.
    _ = try await desk.test.registers.change(.customers, id, Fields(["pinyin": "qu jia ji"]), Call(.system, expected: 1))
    #expect(try await found("yujiaji").isEmpty)
    #expect(try await found("qujiaji").count == 2)
    _ = try await desk.test.registers.change(.customers, id, Fields(["pinyin": .null]), Call(.system, expected: 2))
    #expect(try await found("qujiaji").isEmpty)
    #expect(try await found("尉家集").count == 2)
  }

  @Test(arguments: [("单雄信", "shanxiongxin"), ("解珍", "xiezhen"), ("尉迟恭", "ycg"), ("任红", "renhong"), ("区静", "oujing"), ("覃丽", "qinli")])
  func `surnames are read as surnames`(_ name: String, _ query: String) async throws {
    let desk = try await TestDesk()
    try await desk.test.make(
      .contacts, ["customer": .text(desk.hospital), "name": .text(name), "phone": "13900001111", "function": "main-user"])
    let found = try await SearchOperations(desk.test.company).search(query, by: desk.gao)
    #expect(found.items.first?.title == name)
  }

  @Test func `what is archived is found after all that is in use, and says so`() async throws {
    let desk = try await TestDesk()
    let search = SearchOperations(desk.test.company)
    func found(_ query: String) async throws -> [String] {
      try await search.search(query, by: desk.gao).items.map { "\($0.title)\($0.archived ? " (archived)" : "")" }
    }
    let id = try await desk.test.make(.customers, ["name": "体检中心"])
    for index in 0..<3 { try await desk.test.make(.customers, ["name": .text("第\(index)健康体检中心门诊部")]) }
    #expect(try await found("体检中心").first == "体检中心")
    _ = try await desk.test.registers.archive(.customers, id, Call(.system))
    // Even its whole name: what is in use comes first, and what is not is still there.
    let all = try await found("体检中心")
    #expect(all.count == 4 && all.last == "体检中心 (archived)")
    #expect(try JSON(JSONWriter.text(try await search.search("体检中心", by: desk.gao)))["items"][3]["archived"].truth)
    for query in ["tjzx", "tijianzhongxin", "体检"] { #expect(try await found(query).last == "体检中心 (archived)", "\(query)") }
    _ = try await desk.test.registers.restore(.customers, id, Call(.system))
    #expect(try await found("体检中心").first == "体检中心")
    // A machine out of use, found by one wrong letter.
    let model = try await desk.test.make(.models, ["name": "老机型", "manufacturer": "x", "category": "DR"])
    let machine = try await desk.test.make(.equipment, ["serialNumber": "OLD2009A77", "model": .text(model)])
    _ = try await desk.test.registers.archive(.equipment, machine, Call(.system))
    for query in ["OLD2009A77", "2009A7", "OLD2O09A77"] { #expect(try await found(query) == ["老机型 (archived)"], "\(query)") }
    #expect(try await search.search("OLD2009A77", by: desk.doctor).items.isEmpty)
  }

  @Test func `however many are archived, none takes the place of one in use`() async throws {
    let desk = try await TestDesk()
    let search = SearchOperations(desk.test.company)
    let used = try await desk.test.make(.customers, ["name": "弋阳县中心卫生院"])
    for index in 0..<30 {
      let id = try await desk.test.make(.customers, ["name": .text("弋阳县\(index)村卫生室")])
      _ = try await desk.test.registers.archive(.customers, id, Call(.system))
    }
    let found = try await search.search("弋阳", by: desk.gao)
    #expect(found.items.first?.id == used && found.items.count { !$0.archived } == 1 && found.more)
  }

  @Test func `a merged customer or machine is found by its old name, pinyin and number, as what it is now (ORG-5)`() async throws {
    let twins = try await Twins()
    let desk = twins.desk, test = desk.test
    let search = SearchOperations(test.company)
    _ = try await test.registers.change(.customers, twins.twin, Fields(["name": "玉亭镇卫生院"]), Call(.system, expected: 1))
    _ = try await desk.report(["customer": .text(twins.twin), "summary": "球管打火"])
    try await SearchIndexer(test.company).followAll()
    _ = try await twins.merge(expected: 2)
    for _ in 0..<2 {
      for query in ["玉亭镇卫生院", "玉亭", "ytzwsy", "yuting", "玉亭卫生院"] {
        let first = try await search.search(query, by: desk.gao).items.first
        #expect(first?.id == desk.hospital && first?.title == "余干县人民医院" && first?.formerly == "玉亭镇卫生院", "\(query)")
      }
      let own = try await search.search("余干县人民", by: desk.gao).items
      #expect(own.first?.id == desk.hospital && own.first?.formerly == nil && !own.contains { $0.id == twins.twin })
      // At the next pass everything that follows has followed.
      try await MergeFollower(test.company).followAll()
      try await SearchIndexer(test.company).followAll()
    }
    let json = try JSON(JSONWriter.text(try await search.search("玉亭", by: desk.gao)))
    #expect(json["items"][0]["snippet"].text == "formerly 玉亭镇卫生院")
    // Cases that were told of the merged one are found by both names.
    for query in ["余干 球管", "玉亭 球管"] {
      #expect(try await search.search(query, by: desk.gao).items.map(\.title).contains("球管打火"), "\(query)")
    }
    let model = try await test.read(.equipment, desk.machine)["model"]["id"].text
    let typo = try await test.make(.equipment, ["serialNumber": "ZX81-9944", "model": .text(model), "customer": .text(desk.hospital)])
    _ = try await test.registers.merge(.equipment, typo, Fields(["into": .text(desk.machine), "reason": "x"]), Call(desk.manager))
    for query in ["ZX81-9944", "zx819944", "819944", "ZX81-9941"] {
      let found = try await search.search(query, by: desk.gao).items
      #expect(found.map(\.id) == [desk.machine] && found.first?.formerly == "ZX81-9944", "\(query)")
    }
    // Undone, each is found by its own name again.
    _ = try await test.registers.unmerge(.equipment, typo, Fields(["reason": "x"]), Call(desk.manager))
    #expect(try await search.search("ZX81-9944", by: desk.gao).items.first?.id == typo)
  }

  @Test func `a customer of many cases is renamed in short pieces, and each case follows (INT-3)`() async throws {
    let desk = try await TestDesk()
    let company = desk.test.company
    for index in 0..<70 { _ = try await desk.report(["serialNumber": "SN-1", "summary": .text("故障 \(index)")]) }
    let indexer = SearchIndexer(company)
    try await indexer.followAll()
    _ = try await desk.test.registers.change(.customers, desk.hospital, Fields(["name": "信江总医院"]), Call(.system, expected: 1))
    _ = try await SearchOperations(company).search("信江", by: desk.gao)
    // One short row, however many cases there are.
    #expect(try await desk.test.number("SELECT COUNT(*) FROM search_renamed") == 1)
    func follow() async throws -> Int { try await desk.test.number("SELECT COUNT(*) FROM search_case WHERE source LIKE '%信江总医院%'") }
    var steps: [Int] = []
    while try await indexer.followNames() { steps.append(try await follow()) }
    #expect(steps.contains(SearchIndexer.piece) && steps.last == 70, "\(steps)")
    #expect(try await desk.test.number("SELECT COUNT(*) FROM search_renamed") == 0)
    // A machine's number and a model's name reach their cases too.
    _ = try await desk.test.registers.change(.equipment, desk.machine, Fields(["serialNumber": "QQ-4711"]), Call(.system, expected: 1))
    try await indexer.followAll()
    #expect(try await desk.test.number("SELECT COUNT(*) FROM search_case WHERE source LIKE '%QQ-4711%'") == 70)
    for place in SearchKind.all.flatMap(\.shownBy) {
      let values: [SQLValue] = place.number == nil ? [.text("x"), .text(""), .int(60)] : [.text("x"), .integer(1), .text(""), .int(60)]
      let plan = try await company.database.read { try $0.plan(of: Renamed.sql(place), values) }
      #expect(plan.scanned.isEmpty && (TestEngine.dialect == .postgres || !plan.sorts), "\(place): \(plan)")
    }
  }

  @Test func `who was forgotten is not found, and the index holds nothing of them`() async throws {
    let desk = try await TestDesk()
    let search = SearchOperations(desk.test.company)
    #expect(try await search.search("zhouzhuren", by: desk.gao).items.first?.type == "contact")
    _ = try await ForgetOperations(desk.test.company).run(desk.contact, dryRun: false, by: .system)
    for query in ["zhouzhuren", "周主任", TestDesk.phone, "0001"] {
      #expect(try await !search.search(query, by: desk.gao).items.contains { $0.type == "contact" }, "\(query)")
    }
    #expect(try await desk.test.number("SELECT COUNT(*) FROM search_record WHERE source LIKE '%周主任%'") == 0)
  }

  @Test func `an emptied index is made anew, the same`() async throws {
    let desk = try await SearchDesk()
    let indexer = SearchIndexer(desk.desk.test.company)
    try await indexer.followAll()
    func entries() async throws -> [String] {
      try await desk.desk.test.company.database.read { db in
        try db.rows("SELECT position || ' ' || source FROM search_record ORDER BY position") { $0.text(0) }
          + db.rows("SELECT position || ' ' || source FROM search_case ORDER BY position") { $0.text(0) }
      }
    }
    let before = try await entries()
    try await indexer.clear()
    #expect(try await entries().isEmpty)
    try await indexer.followAll()
    #expect(try await entries() == before)
    #expect(try await desk.find("ncsdyyy").first == "customer 南昌市第一医院")
  }

  @Test func `two nodes that follow at once make each entry once`() async throws {
    let desk = try await SearchDesk()
    let indexer = SearchIndexer(desk.desk.test.company)
    try await withThrowingTaskGroup { group in
      for _ in 0..<4 { group.addTask { try await indexer.followAll() } }
      try await group.waitForAll()
    }
    #expect(try await desk.desk.test.number("SELECT COUNT(*) - COUNT(DISTINCT stream) FROM search_record") == 0)
    #expect(try await desk.desk.test.number("SELECT COUNT(*) FROM search_case") == 7)
  }
}
