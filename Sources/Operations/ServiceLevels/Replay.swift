public import Domain

/// Runs a policy's clocks over the history of a case (`weibao sla replay`): the same function the desk runs on.
public enum Replay {
  /// - Parameters:
  ///   - now: Up to where; later events have not happened. Nil: the last event.
  ///   - explain: With the lines of each due time's sum.
  ///   - calendar: The text of a calendar file by the path that the policy gives.
  ///   - warn: Given the years that due times reach and the holiday table does not speak of; such targets say `provisional`.
  /// - Returns: `{"targets": [...]}`, names and shape as fixed for scripts.
  /// - Throws: `PolicyError`, with the file's name in front of the line.
  public static func run(
    policyText: String, caseText: String, at now: Instant? = nil, explain: Bool = false,
    calendar: (_ path: String) -> String? = { _ in nil }, warn: (Set<Int>) -> Void = { _ in }
  ) throws -> String {
    let policy = try read("policy") { () throws(PolicyError) in try ServicePolicy(yaml: policyText, calendar: calendar) }
    let history = try read("case") { () throws(PolicyError) in
      try CaseHistory(document: YAMLDocument.read(caseText, limit: 16_000_000))
    }
    guard let now = now ?? history.timeline.last?.at else { return JSONWriter.text(Answer(targets: [])) }
    var run = ClockRun(policy: policy, attributes: history.attributes, explained: explain)
    run.apply(history.timeline.prefix { $0.at <= now })
    for state in run.states where state.isOwed && state.due == .latest {
      guard let calendar = policy.rule(of: state).map(policy.calendar), let end = calendar.closesForGood(after: state.start) else {
        continue
      }
      throw PolicyError.at(line: nil, entry: "policy, target \(state.id)", .closedTooLong(after: calendar.date(at: end).description))
    }
    let lines = run.explanations(at: now).map { ($0.reading.id, $0.lines(offsetSeconds: CompanyClock.offsetSeconds)) }
    let byTarget = Dictionary(lines) { first, _ in first }
    let unknown = run.states.map { policy.unknownYears(of: $0, at: now) }
    warn(Set(unknown.joined()))
    return JSONWriter.text(
      Answer(
        targets: zip(run.readings(at: now), unknown).map {
          Target(reading: $0, isProvisional: !$1.isEmpty, lines: byTarget[$0.id])
        }))
  }

  private static func read<Value>(_ file: String, _ body: () throws(PolicyError) -> Value) throws(PolicyError) -> Value {
    do { return try body() } catch .at(let line, let entry, let reason) {
      throw .at(line: line, entry: entry.map { "\(file), \($0)" } ?? file, reason)
    } catch { throw .at(line: nil, entry: file, error) }
  }

  private struct Answer: JSONWritable {
    let targets: [Target]

    func write(to json: inout JSONWriter) {
      json.object { json in json.array("targets", targets) { $0.value($1) } }
    }
  }

  private struct Target: JSONWritable {
    let reading: TargetReading
    let isProvisional: Bool
    let lines: [ExplanationLine]?

    func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("id", reading.id)
        json.field("clause", reading.clause)
        json.field("start", reading.start)
        json.field("due", reading.due)
        json.field("state", reading.state.rawValue)
        json.field("met_at", reading.metAt)
        json.field("used_seconds", reading.usedSeconds)
        json.field("paused_seconds", reading.pausedSeconds)
        if isProvisional { json.field("provisional", true) }
        if let lines {
          json.array("explain", lines) { json, line in
            json.object { json in
              json.field("en", line.en)
              json.field("zh", line.zh)
            }
          }
        }
      }
    }
  }
}
