extension ServicePolicy {
  private static let keys = ["policy", "calendars", "hotline", "offline", "backdate", "pause_reasons", "targets"]
  private static let targetKeys = [
    "id", "clause", "name", "starts", "met_by", "owner", "dropped_by", "within", "calendar", "ends", "pauses", "on_reopen", "warn",
    "warn_in", "escalate", "when",
  ]

  /// Reads a policy file; checks all of it.
  ///
  /// - Parameter calendar: reads the file that stands under `calendars`; its path is relative to the policy's.
  /// - Throws: ``PolicyError/at(line:entry:_:)`` for the first thing that is wrong.
  public init(
    document: DocumentNode, calendar read: (_ file: String) throws(PolicyError) -> WorkingCalendar
  ) throws(PolicyError) {
    let file = try DocumentFields(document, keys: Self.keys, entry: nil)
    let version = try file.require("policy", file.text("policy"))
    // It names the stream `policy/VERSION`.
    guard version.utf8.count <= 40, !version.contains(where: { $0 == "/" || $0.isWhitespace }) else {
      throw file.refusal("policy", .wrongShape(key: "policy", expected: "a version such as \"2026-11\""))
    }
    var calendars: [String: WorkingCalendar] = [:]
    for (name, line, path) in try file.map("calendars") {
      guard name != "always" else {
        throw .at(line: line, entry: "calendars", .wrongShape(key: name, expected: "another name: always is 7 x 24"))
      }
      do { calendars[name] = try read(path) } catch { throw .at(line: line, entry: "calendar \(name)", error) }
    }
    var rules: [TargetRule] = []
    for (place, node) in try file.list("targets", limit: 200).enumerated() {
      let name = Self.entry(place + 1, node)
      let fields = try DocumentFields(node, keys: Self.targetKeys, entry: name)
      let rule = try TargetRule(fields)
      do { try Self.check(rule, calendars) } catch { throw .at(line: node.line, entry: name, error) }
      rules.append(rule)
    }
    try self.init(
      version: version, hotline: file.text("hotline"), targets: rules, offline: file.duration("offline") ?? .seconds(86_400),
      backdate: file.duration("backdate") ?? .seconds(14_400), pauseReasons: file.texts("pause_reasons") ?? [],
      calendars: calendars)
  }

  /// `target 3 (dispatch)`: several entries may share an id.
  private static func entry(_ place: Int, _ node: DocumentNode) -> String {
    if case .map(let entries) = node.content, case .text(let id)? = entries.first(where: { $0.key == "id" })?.value.content {
      return "target \(place) (\(String(id.prefix(64))))"
    }
    return "target \(place)"
  }
}

extension TargetRule {
  fileprivate init(_ fields: DocumentFields) throws(PolicyError) {
    let id = try fields.require("id", fields.text("id"))
    self.init(
      id: id, clause: try fields.text("clause"), name: try Name(fields, id), starts: try fields.require("starts", fields.text("starts")),
      metBy: try fields.require("met_by", fields.texts("met_by")), owner: try fields.text("owner"),
      droppedBy: try fields.texts("dropped_by") ?? TargetRule.droppedByDefault,
      within: try fields.require("within", fields.duration("within")), calendar: try fields.text("calendar") ?? "always",
      ends: try fields.word("ends", Ending.self), pauses: try Pauses(fields),
      onReopen: try fields.word("on_reopen", Reopening.self) ?? .keep,
      warn: try Warning.read(fields), warnIn: try fields.text("warn_in"), escalate: try Escalation.read(fields),
      when: try Self.when(fields))
  }

  private static func when(_ fields: DocumentFields) throws(PolicyError) -> [String: String] {
    var when: [String: String] = [:]
    for (key, line, value) in try fields.map("when") {
      guard !value.isEmpty else { throw .at(line: line, entry: fields.entry, .wrongShape(key: key, expected: "the value it must have")) }
      when[key] = value
    }
    return when
  }
}

extension TargetRule.Name {
  fileprivate init(_ fields: DocumentFields, _ id: String) throws(PolicyError) {
    guard let node = fields.node("name") else { self.init(zh: id, en: id); return }
    if case .text = node.content {
      let name = try fields.text(node, "name")
      self.init(zh: name, en: name)
      return
    }
    let names = try DocumentFields(node, keys: ["zh", "en"], entry: fields.entry)
    let zh = try names.text("zh"), en = try names.text("en")
    self.init(zh: zh ?? en ?? id, en: en ?? zh ?? id)
  }
}

extension TargetRule.Pauses {
  fileprivate init(_ fields: DocumentFields) throws(PolicyError) {
    guard let node = fields.node("pauses") else { self = .never; return }
    switch node.content {
    case .text("true"): self = .always
    case .text("false"): self = .never
    case .list:
      let reasons = try fields.texts("pauses") ?? []
      self = reasons.isEmpty ? .never : .reasons(reasons)
    default: throw fields.refusal("pauses", .wrongShape(key: "pauses", expected: "true, false or a list of reasons"))
    }
  }
}

extension TargetRule.Warning {
  fileprivate static func read(_ fields: DocumentFields) throws(PolicyError) -> [TargetRule.Warning] {
    var warnings: [TargetRule.Warning] = []
    for text in try fields.texts("warn") ?? [] {
      if text.hasSuffix("%") {
        let digits = text.dropLast()
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let percent = Int(digits), (1...100).contains(percent) else {
          throw fields.refusal("warn", .wrongShape(key: "warn", expected: "a share from 1% to 100%, or the time left"))
        }
        warnings.append(.share(percent: percent))
      } else {
        do { warnings.append(.left(try PolicyDuration(parsing: text))) } catch { throw fields.refusal("warn", error) }
      }
    }
    return warnings
  }
}

extension TargetRule.Escalation {
  fileprivate static func read(_ fields: DocumentFields) throws(PolicyError) -> [TargetRule.Escalation] {
    var steps: [TargetRule.Escalation] = []
    for node in try fields.list("escalate", limit: 20) {
      let step = try DocumentFields(node, keys: ["to", "after"], entry: fields.entry)
      steps.append(
        TargetRule.Escalation(
          to: try step.require("to", step.text("to")), after: try step.require("after", step.duration("after"))))
    }
    return steps
  }
}
