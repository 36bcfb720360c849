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

  /// The fields that find a record again, so that a second run doubles nothing; the first set whose values are all given counts. What
  /// only the last set finds is another record where the first ones differ: two people of one name with two badges.
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

  /// The heading that templates and exports have.
  public func heading(of field: String, chinese: Bool) -> String { chinese ? headings(of: field).first ?? field : field }

  private static let common: [String: [String]] = [
    "code": ["机构编码", "编码", "代码", "编号"], "district": ["区县", "县区", "地区"], "divisionCode": ["行政区划代码", "行政区划", "区划代码"], "phone": ["电话"],
    "latitude": ["纬度"], "longitude": ["经度"],
    "address": ["地址"],
    "role": ["角色", "岗位", "职务"], "branch": ["所属机构", "机构"], "skills": ["技能", "专长"], "certificates": ["证书"],
    "education": ["学历"], "experienceYears": ["从业年限", "工龄"], "badgeNumber": ["工作证号", "工号"],
    "customer": ["客户", "客户名称", "医院", "医院名称", "所属医院"],
    "partner": ["合作单位", "合作方"], "shortName": ["简称"], "pinyin": ["拼音"], "region": ["区域", "片区"], "importance": ["重要程度", "重要性"],
    "uscc": ["统一社会信用代码", "信用代码"], "area": ["服务范围", "覆盖范围"], "site": ["院区", "地点"], "department": ["科室", "使用科室"],
    "email": ["邮箱", "电子邮件"], "function": ["职责", "联系人类型"], "manufacturer": ["生产厂家", "厂家", "生产企业", "品牌"],
    "category": ["设备类别", "类别", "设备名称"], "class": ["设备等级", "等级"], "udi": ["UDI", "唯一标识"],
    "warrantyMonths": ["保修月数", "保修期(月)", "保修期（月）"], "serialNumber": ["序列号", "出厂编号", "设备序列号", "SN"], "model": ["型号", "规格型号", "设备型号"],
    "installedOn": ["安装日期", "装机日期"], "acceptedOn": ["验收日期"], "warrantyFrom": ["保修起算"], "contract": ["服务合同", "合同"], "state": ["状态", "设备状态"],
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
}
