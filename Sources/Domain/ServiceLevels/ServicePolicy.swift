/// The versioned service policy: every number that a clause calls "policy" (SLA-1 to SLA-9). A case keeps the
/// version it was accepted under.
public struct ServicePolicy: Hashable, Sendable {
  public private(set) var version: String
  /// The number customers call (ORG-6).
  public let hotline: String?
  public let targets: [TargetRule]
  /// How late the work order's own engineer may bring a step.
  public let offline: PolicyDuration
  /// How late anybody else may, without a manager.
  public let backdate: PolicyDuration
  /// Why a case may wait: the four that ship, and those this policy adds.
  public let pauseReasons: [String]
  /// Those that it names outright; the others stand with a target only.
  let declaredReasons: [String]
  /// The working calendars by name, as frozen with this version (SLA-7).
  public let calendars: [String: WorkingCalendar]
  /// The target ids in the order of the file, each with its entries: the best fit first.
  public let groups: [Group]

  public struct Group: Hashable, Sendable {
    public let id: String
    let entries: [Int]
  }

  /// - Throws: ``PolicyError`` with the entry that is wrong, and why.
  public init(
    version: String, hotline: String? = nil, targets: [TargetRule], offline: PolicyDuration = .seconds(86_400),
    backdate: PolicyDuration = .seconds(14_400), pauseReasons: [String] = [], calendars named: [String: WorkingCalendar] = [:]
  ) throws(PolicyError) {
    for (place, rule) in targets.enumerated() {
      do {
        try Self.check(rule, named)
      } catch {
        throw .at(line: nil, entry: "target \(place + 1) (\(rule.id))", error)
      }
    }
    self.version = version
    self.hotline = hotline
    self.targets = targets
    self.offline = offline
    self.backdate = backdate
    calendars = named.merging(["always": .always]) { $1 }
    declaredReasons = PauseReason.shipped.map(\.rawValue) + pauseReasons
    var reasons = declaredReasons
    for case .reasons(let named) in targets.map(\.pauses) { reasons += named }
    self.pauseReasons = reasons.distinct()
    var order: [String] = []
    var entries: [String: [Int]] = [:]
    for (index, rule) in targets.enumerated() {
      if entries[rule.id] == nil { order.append(rule.id) }
      entries[rule.id, default: []].append(index)
    }
    groups = order.map { id in
      // Most `when` keys first, then the later in the file.
      Group(id: id, entries: entries[id, default: []].sorted { (targets[$0].when.count, $0) > (targets[$1].when.count, $1) })
    }
  }

  /// What the types cannot say. The reader of files calls it too, to name the line.
  static func check(_ rule: TargetRule, _ calendars: [String: WorkingCalendar]) throws(PolicyError) {
    let words = CaseWords.events
    for (key, events) in [("starts", [rule.starts]), ("met_by", rule.metBy), ("dropped_by", rule.droppedBy)] {
      for event in events where !words.contains(event) { throw .unknownWord(key: key, event, allowed: words) }
    }
    guard !rule.id.isEmpty else { throw .missingKey("id") }
    guard !rule.metBy.isEmpty else { throw .missingKey("met_by") }
    guard !rule.within.isZero else { throw .zeroWithin }
    if let owner = rule.owner, !CaseWords.roles.contains(owner) { throw .unknownWord(key: "owner", owner, allowed: CaseWords.roles) }
    for step in rule.escalate where !CaseWords.roles.contains(step.to) {
      throw .unknownWord(key: "to", step.to, allowed: CaseWords.roles)
    }
    for (key, value) in rule.when.sorted(by: { $0.key < $1.key }) {
      guard CaseWords.attributes.contains(key) else { throw .unknownKey(key, allowed: CaseWords.attributes) }
      if let values = CaseWords.values[key], !values.contains(value) { throw .unknownWord(key: key, value, allowed: values) }
    }
    for warning in rule.warn {
      if case .share(let percent) = warning, !(1...100).contains(percent) {
        throw .wrongShape(key: "warn", expected: "a share from 1% to 100%, or the time left")
      }
    }
    if let name = rule.warnIn, name != "always", calendars[name] == nil { throw .unknownCalendar(name) }
    guard rule.calendar == "always" else {
      if calendars[rule.calendar] == nil { throw .unknownCalendar(rule.calendar) }
      return
    }
    if case .workingDays = rule.within { throw .workingDaysNeedCalendar(key: "within") }
    for case .left(.workingDays) in rule.warn { throw .workingDaysNeedCalendar(key: "warn") }
    for step in rule.escalate {
      if case .workingDays = step.after { throw .workingDaysNeedCalendar(key: "after") }
    }
    if rule.ends == .close { throw .neverCloses }
  }

  /// The years whose holidays and make-up days count otherwise than in another policy, by calendars of the same names (SLA-7).
  public func years(countedOtherwiseThan other: ServicePolicy) -> [Int] {
    calendars.flatMap { name, calendar -> [Int] in
      guard let mine = calendar.definition, let its = other.calendars[name]?.definition else { return [] }
      return mine.holidays.differingYears(from: its.holidays)
    }.distinct().sorted()
  }

  /// The same under another version.
  public func named(_ version: String) -> ServicePolicy {
    var named = self
    named.version = version
    return named
  }

  /// The calendar a target runs on.
  public func calendar(of rule: TargetRule) -> WorkingCalendar { calendars[rule.calendar] ?? .always }

  /// What a target is called: as its first entry says.
  public func name(of id: String?) -> TargetRule.Name? { targets.first { $0.id == id }?.name }

  /// The entry of a target that counts for these attributes, by its place in ``targets``.
  func entry(in group: Group, for attributes: [String: String]) -> Int? {
    group.entries.first { targets[$0].matches(attributes) }
  }
}
