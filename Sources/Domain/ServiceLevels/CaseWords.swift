/// The words a policy and a case file may use. Fixed: others script against them.
public enum CaseWords {
  public static let events = names.map(\.key)

  /// In the order of a case's life; who reads why something is due reads these words.
  private static let names: KeyValuePairs = [
    "reported": ("报修", "reported"), "accepted": ("受理", "accepted"), "acknowledged": ("院方知悉受理", "acknowledged"),
    "responded": ("响应客户", "responded"), "attempted": ("电话或远程处理一次", "attempted"),
    "remote-failed": ("判定远程无法解决", "remote help has failed"), "located": ("定位故障", "fault located"),
    "level-raised": ("升级处理方式", "level raised"), "dispatched": ("派工", "engineer sent"), "departed": ("出发", "departed"),
    "arrived": ("到场", "on site"), "left": ("离场", "left the site"), "handed-back": ("交回派工", "work order handed back"),
    "proposed": ("提出处理方案", "remedy proposed"), "agreed": ("院方同意方案", "remedy agreed"),
    "remote-started": ("开始远程协助", "remote session started"), "remote-ended": ("结束远程协助", "remote session ended"),
    "paused": ("暂停计时", "paused"), "resumed": ("恢复计时", "resumed"), "changed": ("情况变更", "changed"),
    "cleared": ("排除故障", "fault cleared"), "standby-provided": ("提供备用机", "standby unit provided"),
    "confirmed": ("院方确认结果", "result confirmed"), "rejected": ("院方不认可结果", "result rejected"), "signed-off": ("签核", "signed off"),
    "closed": ("结单", "closed"), "reopened": ("重新打开", "reopened"), "cancelled": ("取消", "cancelled"),
    "merged": ("并入另一单", "merged into another"), "absorbed": ("并入了另一单", "another merged into it"),
    "attached": ("添加附件", "file attached"), "corrected": ("删去个人信息", "personal data redacted"),
    "policy-moved": ("改用新的服务政策", "moved to another policy"), "due-changed": ("调整到期时间", "due time adjusted"),
    "warned": ("提醒将到期", "warned"), "escalated": ("超时上报", "escalated"), "commented": ("备注", "commented"),
  ]
  private static let byWord = Dictionary(uniqueKeysWithValues: names.map { ($0.key, TargetRule.Name(zh: $0.value.0, en: $0.value.1)) })

  /// An event as people call it.
  public static func name(of event: String) -> TargetRule.Name { byWord[event] ?? TargetRule.Name(zh: event, en: event) }

  /// Why a case waits; a policy's own reason in its own words.
  static func name(ofPause reason: String?) -> TargetRule.Name {
    switch reason.map(PauseReason.init(rawValue:)) {
    case .customer: TargetRule.Name(zh: "等客户", en: "waiting for the customer")
    case .parts: TargetRule.Name(zh: "等备件", en: "waiting for parts")
    case .access: TargetRule.Name(zh: "等腾出设备", en: "waiting for access to the machine")
    case .other: TargetRule.Name(zh: "其他", en: "another reason")
    case let own?: TargetRule.Name(zh: own.rawValue, en: own.rawValue)
    case nil: TargetRule.Name(zh: "未写原因", en: "no reason given")
    }
  }

  static let roles = Role.allCases.map(\.rawValue)

  /// What a target may depend on (SLA-9).
  public static let attributes = ["kind", "urgency", "customer", "site", "area", "region", "contract", "class"]

  /// The attributes whose values are a closed list.
  public static let values = [
    "kind": RequestKind.allCases.map(\.rawValue),
    "urgency": Urgency.allCases.map(\.rawValue),
    "area": ["covered", "outside"],
  ]

  /// Events that end the work on a case; a reopening takes them back (INT-5).
  static let endings: Set<String> = ["cleared", "confirmed", "closed", "cancelled"]
  /// Events after which nobody owes anything, unless it is reopened.
  static let overs: Set<String> = ["closed", "cancelled", "merged"]
  /// Events that end a pause beside `resumed`.
  static let pauseEndings: Set<String> = ["resumed", "cleared", "cancelled", "merged", "closed"]
}
