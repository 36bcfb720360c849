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
