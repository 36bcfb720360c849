import Domain
import Operations
import Persistence

/// A company with what people look for: hospitals of several provinces, their people and machines, and some of what they called for.
struct SearchDesk: Sendable {
  let desk: TestDesk
  var search: SearchOperations { SearchOperations(desk.test.company) }

  static let hospitals: [(name: String, short: String, district: String, address: String)] = [
    ("南昌市第一医院", "市一", "东湖区", "象山北路128号"), ("南昌大学第一附属医院", "一附院", "东湖区", "永外正街17号"), ("铅山县人民医院", "", "铅山县", "河口镇复兴路"),
    ("重庆市渝中区中医院", "", "渝中区", "八一路"), ("厦门市第二医院", "", "集美区", "盛光路566号"), ("长沙市妇幼保健院", "", "开福区", "城北路416号"),
    ("上饶市立医院", "", "信州区", "书院路58号"), ("乐平市中医院", "", "乐平市", "洎阳北路"), ("六安市人民医院", "", "金安区", "皖西路21号"),
    ("景德镇市第三人民医院", "", "珠山区", "河西路"), ("绿地康复医院", "", "红谷滩区", "丰和大道"), ("北京大学首钢医院", "", "石景山区", "晋元庄路9号"),
    ("单县中心医院", "", "单县", "文化路1号"), ("乐清市人民医院", "", "乐清市", "清远路338号"), ("长安医院", "", "未央区", "文景路17号"),
  ]

  init() async throws {
    desk = try await TestDesk()
    let test = desk.test
    var customers: [String: FieldValue] = [:]
    for (name, short, district, address) in Self.hospitals {
      var values: [String: FieldValue] = ["name": .text(name), "district": .text(district), "address": .text(address)]
      if !short.isEmpty { values["shortName"] = .text(short) }
      customers[name] = .text(try await test.make(.customers, values))
    }
    func customer(_ name: String) -> FieldValue { customers[name]! }
    let models: [(String, String, String)] = [
      ("BS-2000M", "迈康", "生化分析仪"), ("uCT 550", "联康", "CT"), ("DigiX 80", "万康", "DR"), ("HD15", "天衡", "彩超"), ("XN-9", "西森", "血球仪"),
    ]
    var modelIDs: [String: FieldValue] = [:]
    for (name, maker, category) in models {
      modelIDs[name] = .text(
        try await test.make(.models, ["name": .text(name), "manufacturer": .text(maker), "category": .text(category)]))
    }
    let machines: [(String, String, String)] = [
      ("MZ2024A0017", "BS-2000M", "南昌市第一医院"), ("CT-550-88213", "uCT 550", "南昌大学第一附属医院"), ("DX80KLM4471", "DigiX 80", "铅山县人民医院"),
      ("HD15-2203-006", "HD15", "长沙市妇幼保健院"), ("XN9Q7731", "XN-9", "厦门市第二医院"), ("DX80KLM9902", "DigiX 80", "上饶市立医院"),
    ]
    for (serial, model, hospital) in machines {
      try await test.make(.equipment, ["serialNumber": .text(serial), "model": modelIDs[model]!, "customer": customer(hospital)])
    }
    try await test.make(.sites, ["customer": customer("南昌大学第一附属医院"), "name": "象湖院区", "address": "沿江南大道1519号"])
    try await test.make(.departments, ["customer": customer("南昌市第一医院"), "name": "检验科"])
    let people: [(String, String, String)] = [
      ("曾丽华", "13970012345", "南昌市第一医院"), ("吕志强", "0797-8345678", "铅山县人民医院"), ("欧阳修文", "+86 138 0700 9988", "长沙市妇幼保健院"),
      ("张㛃", "18679100066", "厦门市第二医院"), ("单医生", "15970066001", "乐平市中医院"),
    ]
    for (name, phone, hospital) in people {
      try await test.make(.contacts, ["customer": customer(hospital), "name": .text(name), "phone": .text(phone), "function": "main-user"])
    }
    let faults: [(String, String, String)] = [
      ("生化分析仪吸样针堵塞报警", "开机后提示E203，冲洗两次无效", "MZ2024A0017"), ("CT球管打火，扫描中断", "昨夜值班扫描头颅时发生", "CT-550-88213"),
      ("DR探测器无法连接", "网络灯不亮", "DX80KLM4471"), ("彩超探头图像有黑条", "腹部探头", "HD15-2203-006"),
      ("血球仪结果偏高需要校准", "质控失控", "XN9Q7731"), ("DR曝光后图像发白", "", "DX80KLM9902"), ("超声耦合剂加热器不热", "", "HD15-2203-006"),
    ]
    for (summary, description, serial) in faults {
      var values: [String: FieldValue] = ["serialNumber": .text(serial), "summary": .text(summary)]
      if !description.isEmpty { values["description"] = .text(description) }
      _ = try await desk.report(values)
      desk.test.pass(seconds: 60)
    }
  }

  /// What is shown for a query: `customer 南昌市第一医院`, `request DR探测器无法连接`.
  func find(_ query: String, by actor: Actor? = nil) async throws -> [String] {
    try await search.search(query, by: actor ?? desk.gao).items.map { hit in
      ["equipment": "equipment \(hit.number ?? "")"][hit.type] ?? "\(hit.type) \(hit.title)"
    }
  }
}
