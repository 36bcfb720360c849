import Domain
import Persistence

extension ExportTable {
  static let requests = ExportTable(
    name: "requests", title: ("Requests (cases)", "服务单"),
    columns: [
      Column("id", "编号", "The case's id", zh: "服务单的标识"), Column("number", "单号", "The number people read", zh: "供人阅读的单号"),
      Column("kind", "种类", "support parts training renewal complaint return", zh: "维修、配件、培训、续保、投诉、退货"),
      Column("urgency", "紧急程度", "normal or emergency", zh: "普通或紧急"), Column("channel", "来源", "How it came in", zh: "报修渠道"),
      Column("state", "状态", "reported accepted working cleared confirmed closed cancelled merged", zh: "服务单状态"),
      Column("level", "支持级别", "phone remote on-site on-site-parts", zh: "电话、远程、现场、现场换件"),
      Column("paused", "暂停原因", "Why its clocks wait; empty when they run", zh: "计时暂停的原因，空为未暂停"),
      Column("summary", "摘要", "What is wrong, in a line", zh: "问题摘要"), Column("description", "描述", "In more words", zh: "详细描述"),
      Column("harm", "伤害", "none suspected injury death", zh: "是否造成伤害"), Column("customer", "客户编号", "Id in customers", zh: "客户的标识"),
      Column("customerName", "客户", "Its name", zh: "客户名称"), Column("site", "院区编号", "Id in sites", zh: "院区的标识"),
      Column("siteName", "院区", "Its name", zh: "院区名称"), Column("equipment", "设备编号", "Id in equipment", zh: "设备的标识"),
      Column("serialNumber", "序列号", "The machine's serial number", zh: "设备序列号"), Column("model", "型号", "The machine's model", zh: "设备型号"),
      Column("contact", "联系人编号", "Id in contacts", zh: "联系人的标识"), Column("contactName", "联系人", "Who called", zh: "报修人姓名"),
      Column("contactPhone", "联系电话", "From where", zh: "报修人电话"), Column("branch", "机构编号", "Id in branches", zh: "服务机构的标识"),
      Column("branchName", "服务机构", "Its name", zh: "机构名称"), Column("owner", "负责人编号", "Id in staff", zh: "负责人的标识"),
      Column("ownerName", "负责人", "Who answers for it", zh: "负责人姓名"),
      Column("policy", "承诺版本", "The policy its promises follow", zh: "所依据的服务承诺版本"),
      Column("reportedAt", "报修时间", "When it was reported", zh: "报修时间"),
      Column("mergedInto", "并入", "Id of the case it was merged into", zh: "被并入的服务单"),
      Column("version", "版本", "Events of the case so far", zh: "该单的事件数"),
    ]
  ) { _, db, give in
    try db.forEach(
      """
      SELECT r.id, r.number, r.kind, r.urgency, r.channel, r.state, r.level, r.paused, r.summary, r.description, r.harm, r.customer_id, c.name,
        r.site_id, si.name, r.equipment_id, e.serial_number, m.name, r.contact_id, pn.value, pp.value, r.branch_id, b.name, r.owner_id,
        so.value, r.policy, r.reported_at, r.merged_into, r.version
      FROM request r
      LEFT JOIN customer c ON c.id = r.customer_id LEFT JOIN site si ON si.id = r.site_id
      LEFT JOIN equipment e ON e.id = r.equipment_id LEFT JOIN model m ON m.id = e.model
      LEFT JOIN personal pn ON pn.hash = r.contact_name LEFT JOIN personal pp ON pp.hash = r.contact_phone
      LEFT JOIN branch b ON b.id = r.branch_id LEFT JOIN staff s ON s.id = r.owner_id LEFT JOIN personal so ON so.hash = s.name
      ORDER BY r.reported_at, r.id
      """, []
    ) { row in
      var cells: [ExportCell] = []
      for column in 0..<29 {
        switch column {
        case 26: cells.append(.instant(row.optionalInteger(column)))
        case 28: cells.append(.integer(row.integer(column)))
        default: cells.append(.optional(row.optionalText(column)))
        }
      }
      try give(cells)
      return true
    }
  }

  static let targets = ExportTable(
    name: "targets", title: ("Promises of each case, as they stand", "每张服务单的承诺及其现状"),
    columns: [
      Column("request", "服务单编号", "Id in requests", zh: "服务单的标识"), Column("requestNumber", "单号", "Its number", zh: "服务单号"),
      Column("id", "承诺", "The promise in the policy", zh: "承诺的标识"), Column("clause", "条款", "What it comes from", zh: "依据的条款"),
      Column("name", "承诺名称", "In Chinese", zh: "承诺的名称"), Column("owner", "责任角色", "The role that owns the clock", zh: "负责的角色"),
      Column("start", "开始", "When the clock started", zh: "计时开始"), Column("due", "截止", "When it is due", zh: "应完成时间"),
      Column("state", "状态", "running paused met missed dropped", zh: "进行、暂停、达成、超时、不再需要"),
      Column("metAt", "完成时间", "When it was met; also where that was late", zh: "实际完成时间，超时完成也记录"),
      Column("usedSeconds", "用时(秒)", "On its calendar, pauses taken out", zh: "按其日历计算，扣除暂停"),
      Column("pausedSeconds", "暂停(秒)", "Time the clock waited", zh: "暂停的时间"),
    ]
  ) { state, db, give in
    try db.forEach("SELECT r.id, r.number, r.policy, r.targets FROM request r ORDER BY r.reported_at, r.id", []) { row in
      let version = row.text(2)
      guard let policy = state.policies[version] else { throw PolicyMissing(version: version) }
      for clock in try ClockState.read(row.text(3), under: policy) {
        let reading = policy.reading(of: clock, at: state.now)
        try give([
          .text(row.text(0)), .text(row.text(1)), .text(reading.id), .optional(reading.clause), .text(policy.targets[clock.rule].name.zh),
          .optional(reading.owner), .instant(reading.start.milliseconds), .instant(reading.due.milliseconds), .text(reading.state.rawValue),
          .instant(reading.metAt?.milliseconds), .integer(Int64(reading.usedSeconds)), .integer(Int64(reading.pausedSeconds)),
        ])
      }
      return true
    }
  }

  static let workOrders = ExportTable(
    name: "work-orders", title: ("Work orders: one trip or job of one engineer or partner", "工单：一次出工"),
    columns: [
      Column("id", "编号", "The work order's id", zh: "工单的标识"), Column("number", "工单号", "The number people read", zh: "供人阅读的工单号"),
      Column("request", "服务单编号", "Id in requests", zh: "服务单的标识"), Column("requestNumber", "单号", "Its number", zh: "服务单号"),
      Column("state", "状态", "dispatched departed arrived left handed-back", zh: "已派、已出发、已到、已离开、已退回"),
      Column("engineer", "工程师编号", "Id in staff", zh: "工程师的标识"), Column("engineerName", "工程师", "Who goes", zh: "工程师姓名"),
      Column("partner", "合作单位", "Whose engineer it is", zh: "所属合作单位"), Column("dispatchedAt", "派工时间", "", zh: "派工时间"),
      Column("departedAt", "出发时间"), Column("arrivedAt", "到达时间"), Column("leftAt", "离开时间"), Column("handedBackAt", "退回时间"),
      Column("plannedAt", "约定到场时间", "When the engineer is to be there", zh: "约定的到场时间"),
      Column("version", "版本", "Events of the work order so far", zh: "该工单的事件数"),
    ]
  ) { _, db, give in
    try db.forEach(
      """
      SELECT w.id, w.number, w.request_id, w.request_number, w.state, w.engineer_id, p.value, w.partner, w.dispatched_at, w.departed_at,
        w.arrived_at, w.left_at, w.handed_back_at, w.planned_at, w.version
      FROM work_order w LEFT JOIN staff s ON s.id = w.engineer_id LEFT JOIN personal p ON p.hash = s.name
      ORDER BY w.dispatched_at, w.id
      """, []
    ) { row in
      var cells: [ExportCell] = []
      for column in 0..<8 { cells.append(.optional(row.optionalText(column))) }
      for column in 8..<14 { cells.append(.instant(row.optionalInteger(column))) }
      cells.append(.integer(row.integer(14)))
      try give(cells)
      return true
    }
  }

  static let attachments = ExportTable(
    name: "attachments", title: ("Files attached to cases; their bytes lie in DIR/files by SHA-256", "服务单的附件；文件本身按 SHA-256 存放在 DIR/files"),
    columns: [
      Column("id", "编号", "The attachment's id", zh: "附件的标识"), Column("request", "服务单编号", "Id in requests", zh: "服务单的标识"),
      Column("requestNumber", "单号", "Its number", zh: "服务单号"), Column("name", "文件名", "As it was sent", zh: "原文件名"),
      Column("sha256", "SHA-256", "Of its bytes, and its name in DIR/files", zh: "文件内容的哈希，也是存放的名字"),
      Column("type", "类型", "By its content", zh: "按内容判断的类型"), Column("size", "字节"), Column("width", "宽"), Column("height", "高"),
      Column("pages", "页数"),
      Column("note", "说明", "What it shows", zh: "附件说明"), Column("internal", "仅内部", "Not for the customer", zh: "不给客户看"),
      Column("paper", "表单", "Which paper it is a scan of", zh: "是哪种表单的扫描件"), Column("code", "表单代码", "What its QR says", zh: "二维码内容"),
      Column("actor", "操作者", "Who attached it", zh: "谁附上的"), Column("attachedAt", "附上时间"), Column("erasedAt", "删除时间"),
      Column("erasedReason", "删除原因"),
    ]
  ) { _, db, give in
    try db.forEach(
      """
      SELECT a.id, a.request_id, r.number, p.value, a.sha256, a.type, a.size, a.width, a.height, a.pages, a.note, a.internal, a.paper, a.code,
        a.actor, a.attached_at, a.erased_at, a.erased_reason
      FROM attachment a LEFT JOIN request r ON r.id = a.request_id LEFT JOIN personal p ON p.hash = a.name ORDER BY a.attached_at, a.id
      """, []
    ) { row in
      var cells: [ExportCell] = []
      for column in 0..<18 {
        switch column {
        case 6...9: cells.append(row.optionalInteger(column).map { .integer($0) } ?? .none)
        case 11: cells.append(.bool(row.bool(column)))
        case 15, 16: cells.append(.instant(row.optionalInteger(column)))
        default: cells.append(.optional(row.optionalText(column)))
        }
      }
      try give(cells)
      return true
    }
  }
}
