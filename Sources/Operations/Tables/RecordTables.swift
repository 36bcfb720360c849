import Domain
import Persistence

extension ExportTable {
  /// The record itself: everything else can be made from it and from `people`.
  static let events = ExportTable(
    name: "events", title: ("The journal: everything that happened, in order", "事件日志：按顺序记录发生的一切"),
    columns: [
      Column("position", "位置", "Where it stands in the journal; grows", zh: "在日志中的位置"),
      Column("stream", "对象", "What it happened to: request/ID, customer/ID, …", zh: "发生在哪个对象"),
      Column("version", "序号", "Counted from 1 in its stream", zh: "在该对象中的序号"), Column("event", "事件", "What happened", zh: "发生了什么"),
      Column("schema", "格式", "Which form the body has", zh: "内容的格式号"), Column("occurredAt", "发生时间", "When it happened", zh: "发生的时间"),
      Column("recordedAt", "记录时间", "When we learnt it", zh: "记入的时间"),
      Column("actor", "操作者", "staff:ID, link:ID or system", zh: "谁做的"), Column("actorName", "操作者姓名", "The name today", zh: "现在的姓名"),
      Column("behalf", "代表", "For whom", zh: "代表谁"), Column("device", "设备", "With which device", zh: "用什么设备"),
      Column("body", "内容", "As stored; names and phone numbers are hashes, see people", zh: "原样内容；姓名与电话是哈希，见 people"),
      Column("previousHash", "前一哈希", "Hash of the event before it in the stream", zh: "同一对象前一事件的哈希"),
      Column("hash", "哈希", "SHA-256, see ARCHITECTURE.md", zh: "本事件的 SHA-256"),
    ]
  ) { _, db, give in
    try db.forEach(
      """
      SELECT j.sequence, j.stream, j.version, j.kind, j.schema, j.occurred, j.recorded, j.actor, p.value, j.behalf, j.device, j.body,
        j.previous_hash, j.hash
      FROM journal j LEFT JOIN staff s ON s.id = SUBSTR(j.actor, 7) LEFT JOIN personal p ON p.hash = s.name ORDER BY j.sequence
      """, []
    ) { row in
      try give([
        .integer(row.integer(0)), .text(row.text(1)), .integer(row.integer(2)), .text(row.text(3)), .integer(row.integer(4)),
        .instant(row.integer(5)), .instant(row.integer(6)), .text(row.text(7)), .optional(row.optionalText(8)),
        .optional(row.optionalText(9)), .optional(row.optionalText(10)), .json(row.text(11)), .text(row.text(12)), .text(row.text(13)),
      ])
      return true
    }
  }

  static let people = ExportTable(
    name: "people", title: ("Values of people that events hold the hashes of", "个人信息：事件中以哈希表示的值"),
    columns: [
      Column("hash", "哈希", "As it stands in events: SHA-256 of salt, then value", zh: "事件中的哈希：盐加值的 SHA-256"),
      Column("subject", "对象", "Whose it is", zh: "属于哪个对象"), Column("field", "字段", "name, phone, email, signature", zh: "姓名、电话、邮箱、签名"),
      Column("value", "值", "Empty where it was erased", zh: "已删除的为空"), Column("salt", "盐", "Hex digits", zh: "十六进制"),
      Column("erasedAt", "删除时间", "When it was erased", zh: "按要求删除的时间"),
    ]
  ) { _, db, give in
    try db.forEach("SELECT hash, subject, field, value, salt, erased FROM personal ORDER BY hash", []) { row in
      let salt = row.blob(4).map { $0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
      try give([
        .text(row.text(0)), .text(row.text(1)), .text(row.text(2)), .optional(row.optionalText(3)), .optional(salt),
        .instant(row.optionalInteger(5)),
      ])
      return true
    }
  }

  static let checkpoints = ExportTable(
    name: "checkpoints", title: ("Signed checkpoints over the journal", "日志的签名检查点"),
    columns: [
      Column("number", "序号", "Counted from 1", zh: "从 1 起"), Column("firstPosition", "起", "The first event", zh: "第一个事件"),
      Column("lastPosition", "止", "The last event", zh: "最后一个事件"), Column("count", "事件数", "How many", zh: "多少个"),
      Column("root", "根哈希", "Merkle root over their hashes", zh: "默克尔根"),
      Column("previousHash", "前一哈希", "Of the checkpoint before", zh: "前一检查点"),
      Column("hash", "哈希", "What is signed", zh: "被签名的内容"), Column("keyId", "密钥", "Which key", zh: "所用密钥"),
      Column("signature", "签名", "Ed25519", zh: "Ed25519 签名"), Column("sealedAt", "时间", "When", zh: "签名时间"),
    ]
  ) { _, db, give in
    try db.forEach(
      """
      SELECT number, first_sequence, last_sequence, count, root, previous_hash, hash, key_id, signature, sealed_at FROM checkpoint
      ORDER BY number
      """, []
    ) { row in
      var cells: [ExportCell] = []
      for column in 0..<4 { cells.append(.integer(row.integer(column))) }
      for column in 4..<9 { cells.append(.text(row.text(column))) }
      try give(cells + [.instant(row.integer(9))])
      return true
    }
  }

  static let policies = ExportTable(
    name: "policies", title: ("Service policies: what is promised", "服务承诺"),
    columns: [
      Column("id", "版本", "The version's name", zh: "版本名"), Column("activeFrom", "生效时间", "Empty for a draft", zh: "草稿为空"),
      Column("text", "内容", "The policy file", zh: "承诺文件原文"),
    ]
  ) { _, db, give in
    try db.forEach("SELECT id, active_from, text FROM policy ORDER BY id", []) { row in
      try give([.text(row.text(0)), .instant(row.optionalInteger(1)), .text(row.text(2))])
      return true
    }
  }

  /// Never their hashes.
  static let accounts = ExportTable(
    name: "accounts", title: ("Who may sign in; no passwords", "登录账号，不含密码"),
    columns: [
      Column("staff", "人员编号", "Id in staff", zh: "人员的标识"), Column("staffName", "姓名", "Whose it is", zh: "属于谁"),
      Column("name", "登录名", "What they sign in with", zh: "登录用名"), Column("disabled", "已禁用", "May not sign in", zh: "不能登录"),
      Column("createdAt", "建立时间"), Column("changedAt", "修改时间"),
    ]
  ) { _, db, give in
    try db.forEach(
      """
      SELECT a.staff, p.value, a.name, a.disabled, a.created_at, a.changed_at FROM account a
      LEFT JOIN staff s ON s.id = a.staff LEFT JOIN personal p ON p.hash = s.name ORDER BY a.name
      """, []
    ) { row in
      try give([
        .text(row.text(0)), .optional(row.optionalText(1)), .text(row.text(2)), .bool(row.bool(3)), .instant(row.integer(4)),
        .instant(row.integer(5)),
      ])
      return true
    }
  }

  static let accessLog = ExportTable(
    name: "access-log", title: ("Who signed in, exported, looked at people's data", "访问日志"),
    columns: [
      Column("id", "编号"), Column("at", "时间"), Column("event", "事件", "What was done", zh: "做了什么"),
      Column("actor", "操作者", "staff:ID, link:ID or system", zh: "谁做的"), Column("what", "对象", "What it was done to", zh: "对什么"),
      Column("address", "地址", "From where", zh: "来自何处"),
    ]
  ) { _, db, give in
    try db.forEach("SELECT id, at, event, actor, what, address FROM access_log ORDER BY at, id", []) { row in
      try give([
        .text(row.text(0)), .instant(row.integer(1)), .text(row.text(2)), .text(row.text(3)), .text(row.text(4)),
        .optional(row.optionalText(5)),
      ])
      return true
    }
  }

  static let notices = ExportTable(
    name: "notices", title: ("Notices to a role", "发给角色的通知"),
    columns: [
      Column("id", "编号"), Column("role", "角色", "Who is told", zh: "通知谁"), Column("kind", "种类"),
      Column("stream", "对象", "About what", zh: "关于什么"),
      Column("number", "单号"), Column("createdAt", "时间"), Column("seenBy", "阅读者", "Who read it first", zh: "谁先阅读"),
      Column("seenAt", "阅读时间"),
    ]
  ) { _, db, give in
    try db.forEach("SELECT id, role, kind, stream, number, created, seen_by, seen_at FROM notice ORDER BY created, id", []) { row in
      try give([
        .text(row.text(0)), .text(row.text(1)), .text(row.text(2)), .text(row.text(3)), .text(row.text(4)), .instant(row.integer(5)),
        .optional(row.optionalText(6)), .instant(row.optionalInteger(7)),
      ])
      return true
    }
  }

  /// All files, in this order. A new register or list is one line here.
  static let all: [ExportTable] = [
    .register(.branches, "Branches", "服务机构"), .register(.staff, "Staff, and users of partners and hospitals", "人员"),
    .register(.customers, "Customers", "客户"), .register(.sites, "Sites", "院区"), .register(.departments, "Departments", "科室"),
    .register(.contacts, "Contacts", "联系人"), .register(.models, "Models", "型号"), .register(.machines, "Machines", "设备"),
    .requests, .targets, .workOrders, .attachments, .policies, .notices, .accounts, .accessLog, .people, .events, .checkpoints,
  ]
}
