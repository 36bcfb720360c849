extension ImportKind {
  /// A file to fill in: the headings and one line as an example. The examples of all kinds, in the order of ``loadingOrder``, make a
  /// company.
  public func template(chinese: Bool) -> String {
    let fields = register.description.fields.filter { !(self == .staff && $0.name == "customer") }
    let headings = fields.map { heading(of: $0.name, chinese: chinese) }
    return CSV.line(headings) + "\n" + CSV.line(fields.map { example(of: $0, chinese: chinese) }) + "\n"
  }

  /// Each kind after those it refers to.
  public static let loadingOrder: [ImportKind] = [.branches, .staff, .customers, .sites, .departments, .contacts, .models, .machines]

  private func example(of field: RegisterField, chinese: Bool) -> String {
    switch (self, field.name) {
    case (.branches, "name"): "余干服务站"
    case (.staff, "name"): "王强"
    case (.customers, "name"): "余干县人民医院"
    case (.sites, "name"): "门诊楼"
    case (.departments, "name"): "放射科"
    case (.contacts, "name"): "赵敏"
    case (.models, "name"): "DR-3000"
    case (_, "code"), (_, "branch"): "YUGAN"
    case (_, "district"): "余干县"
    case (_, "divisionCode"): "361127"
    case (_, "latitude"): "28.6956"
    case (_, "longitude"): "116.6844"
    case (_, "role"): chinese ? "工程师" : "engineer"
    case (_, "customer"): "余干县人民医院"
    case (_, "skills"): "DR;生化分析仪"
    case (_, "certificates"): "DR装机:2027-12-31"
    case (_, "experienceYears"): "5"
    case (_, "badgeNumber"): "WB-0042"
    case (_, "phone"): "13900000000"
    case (_, "email"): "name@example.com"
    case (_, "site"): "门诊楼"
    case (_, "department"): "放射科"
    case (_, "serialNumber"): "DR-2024-0001"
    case (_, "model"): "DR-3000"
    case (_, "manufacturer"): "某某医疗"
    case (_, "category"): "DR"
    case (_, "udi"): "06912345678901"
    case (_, "installedOn"): "2025-03-18"
    case (_, "acceptedOn"): "2025-04-18"
    case (_, "warrantyMonths"): "24"
    default:
      if case .word(let words) = field.field.type, let word = words.first { chinese ? ImportWords.chinese(word) : word } else { "" }
    }
  }
}
