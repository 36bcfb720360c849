/// What can be imported from CSV; the raw value is the command's KIND.
public enum ImportKind: String, CaseIterable, Sendable, Hashable {
  case branches, staff, customers, sites, departments, contacts, models, machines

  public var register: Register {
    switch self {
    case .branches: .branches
    case .staff: .staff
    case .customers: .customers
    case .sites: .sites
    case .departments: .departments
    case .contacts: .contacts
    case .models: .models
    case .machines: .equipment
    }
  }

  /// The fields that find a record again, so that a second run doubles nothing; the first set whose values are all given counts.
  var keys: [[String]] {
    switch self {
    case .branches: [["code"]]
    case .staff: [["badgeNumber"], ["name", "branch"]]
    case .customers: [["name"]]
    case .sites: [["customer", "name"]]
    case .departments: [["customer", "site", "name"]]
    case .contacts: [["customer", "name", "phone"]]
    case .models: [["name"]]
    case .machines: [["serialNumber", "model"]]
    }
  }

  /// A field's Chinese headings; the template writes the first.
  func headings(of field: String) -> [String] {
    switch (self, field) {
    case (.branches, "name"): ["机构名称", "名称"]
    case (.customers, "name"): ["客户名称", "名称", "医院名称", "医院", "客户"]
    case (.sites, "name"): ["院区", "名称", "院区名称", "地点"]
    case (.departments, "name"): ["科室", "名称", "科室名称"]
    case (.models, "name"): ["型号", "名称", "规格型号"]
    case (.staff, "name"), (.contacts, "name"): ["姓名"]
    case (.staff, "phone"), (.contacts, "phone"): ["电话", "手机", "手机号", "联系电话"]
    case (.customers, "kind"): ["类型", "客户类型", "类别"]
    case (.customers, "branch"): ["服务机构", "负责机构", "机构"]
    default: Self.common[field] ?? []
    }
  }

  private static let common: [String: [String]] = [
    "code": ["机构编码", "编码", "代码", "编号"], "district": ["区县", "县区", "地区"], "phone": ["电话"], "address": ["地址"],
    "role": ["角色", "岗位", "职务"], "branch": ["所属机构", "机构"], "skills": ["技能", "专长"], "certificates": ["证书"],
    "education": ["学历"], "experienceYears": ["从业年限", "工龄"], "badgeNumber": ["工作证号", "工号"],
    "customer": ["客户", "客户名称", "医院", "医院名称", "所属医院"],
    "partner": ["合作单位", "合作方"], "shortName": ["简称"], "pinyin": ["拼音"], "region": ["区域", "片区"], "importance": ["重要程度", "重要性"],
    "uscc": ["统一社会信用代码", "信用代码"], "area": ["服务范围", "覆盖范围"], "site": ["院区", "地点"], "department": ["科室", "使用科室"],
    "email": ["邮箱", "电子邮件"], "function": ["职责", "联系人类型"], "manufacturer": ["生产厂家", "厂家", "生产企业", "品牌"],
    "category": ["设备类别", "类别", "设备名称"], "class": ["设备等级", "等级"], "udi": ["UDI", "唯一标识"],
    "warrantyMonths": ["保修月数", "保修期(月)", "保修期（月）"], "serialNumber": ["序列号", "出厂编号", "设备序列号", "SN"], "model": ["型号", "规格型号", "设备型号"],
    "installedOn": ["安装日期", "装机日期"], "acceptedOn": ["验收日期"], "warrantyFrom": ["保修起算"], "state": ["状态", "设备状态"],
  ]

  /// The field that a heading names, in either language, whatever its case and spacing.
  func field(heading: String) -> RegisterField? {
    let wanted = Self.plain(heading)
    return register.description.fields.first { field in
      Self.plain(field.name) == wanted || headings(of: field.name).contains { Self.plain($0) == wanted }
    }
  }

  /// `Serial Number`, `serial_number` and `serialNumber` are one.
  static func plain(_ heading: String) -> String {
    String(heading.halfWidth.lowercased().filter { !" _-\u{3000}*".contains($0) })
  }

  /// A file to fill in: the headings and one line as an example.
  public func template(chinese: Bool) -> String {
    let fields = register.description.fields.filter { !(self == .staff && ["customer"].contains($0.name)) }
    let headings = fields.map { chinese ? self.headings(of: $0.name).first ?? $0.name : $0.name }
    let example = fields.map { Self.example(of: $0, chinese: chinese) }
    return CSV.line(headings) + "\n" + CSV.line(example) + "\n"
  }

  private static func example(of field: RegisterField, chinese: Bool) -> String {
    switch field.name {
    case "code": "YUGAN"
    case "district": "余干县"
    case "role": chinese ? "工程师" : "engineer"
    case "branch": "YUGAN"
    case "customer": "余干县人民医院"
    case "skills": "DR;生化分析仪"
    case "certificates": "DR装机:2027-12-31"
    case "experienceYears": "5"
    case "badgeNumber": "WB-0042"
    case "phone": "13900000000"
    case "email": "name@example.com"
    case "site": "门诊楼"
    case "department": "放射科"
    case "serialNumber": "DR-2024-0001"
    case "model": "DR-3000"
    case "manufacturer": "某某医疗"
    case "category": "DR"
    case "udi": "06912345678901"
    case "installedOn": "2025-03-18"
    case "acceptedOn": "2025-04-18"
    case "warrantyMonths": "24"
    case "name":
      "示例"
    default:
      if case .word(let words) = field.field.type, let word = words.first { chinese ? ImportWords.chinese(word) : word } else { "" }
    }
  }
}

/// The words of fixed lists as people write them in Chinese.
enum ImportWords {
  private static let words: [String: [String]] = [
    // Roles
    "call-taker": ["受理员", "接线员", "话务员"], "dispatcher": ["调度员", "派工员"], "engineer": ["工程师", "维修工程师"],
    "branch-manager": ["机构经理", "分公司经理", "区县经理"], "service-manager": ["服务经理", "售后经理"], "storekeeper": ["库管", "仓库管理员", "库管员"],
    "quality": ["质量", "质管", "质管员"], "finance": ["财务"], "project-manager": ["项目经理"], "trainer": ["培训师", "讲师"],
    "customer-service": ["客服", "客服专员"], "general-manager": ["总经理"], "administrator": ["管理员", "系统管理员"], "partner": ["合作单位", "合作方"],
    // Customers; `hospital` is a role too
    "hospital": ["医院", "综合医院", "医院用户"], "chinese-medicine-hospital": ["中医院"], "maternal-and-child-hospital": ["妇幼保健院"],
    "health-centre": ["卫生院", "乡镇卫生院", "社区卫生服务中心"], "clinic": ["诊所", "门诊部"], "disease-control": ["疾控中心"], "other": ["其他", "其它"],
    "key": ["重要", "要点", "重点", "要点设备", "重点设备"], "normal": ["普通", "一般"], "covered": ["覆盖", "覆盖内", "范围内"], "outside": ["未覆盖", "覆盖外", "范围外"],
    "technical-lead": ["技术负责人"], "administrative-lead": ["行政负责人"], "main-user": ["主要使用人员", "使用人员"],
    "installation": ["安装", "安装之日"], "acceptance": ["验收"], "in-use": ["在用", "使用中"], "stopped": ["停用"], "retired": ["报废"],
    "stock": ["库存", "在库"],
  ]

  static func chinese(_ word: String) -> String { words[word]?.first ?? word }

  /// The word of the list that `text` stands for.
  static func word(_ text: String, of list: [String]) -> String? {
    let plain = text.lowercased().replacing(" ", with: "-")
    return list.first { $0 == plain } ?? list.first { words[$0]?.contains(text) ?? false }
  }
}
