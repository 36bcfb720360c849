/// What is looked at once, when a policy is to be recorded. Clocks run by any policy that can be read, also by one that was recorded before
/// these rules.
extension ServicePolicy {
  /// - Parameter now: a calendar is asked about what comes.
  /// - Throws: ``PolicyError`` for what nobody can want: no promise at all, a reason to wait that cannot be sent, a calendar that closes for good.
  public func review(at now: Instant) throws(PolicyError) {
    guard !targets.isEmpty else { throw .missingKey("targets") }
    for reason in pauseReasons where !PauseReason.isWellFormed(reason) {
      throw .at(
        line: nil, entry: "pause_reasons, pauses",
        .wrongShape(
          key: String(reason.prefix(PauseReason.longest)), expected: "a reason of one line, 1 to \(PauseReason.longest) characters"))
    }
    let used = Set(targets.flatMap { [$0.calendar] + [$0.warnIn].compactMap(\.self) })
    for (name, calendar) in calendars.sorted(by: { $0.key < $1.key }) where used.contains(name) {
      guard let closes = calendar.closesForGood(after: now) else { continue }
      throw .at(line: nil, entry: "calendar \(name)", .closedTooLong(after: calendar.date(at: closes).description))
    }
  }

  /// What is allowed and probably a mistake, a sentence each.
  public var remarks: [String] {
    targets.enumerated().flatMap { place, rule in
      let entry = "target \(place + 1) (\(rule.id))"
      var found: [String] = []
      if case .reasons(let reasons) = rule.pauses {
        found += reasons.filter { !declaredReasons.contains($0) }.map {
          "\(entry) waits for “\($0)”, which is none of \(declaredReasons.joined(separator: " ")). If you mean it, name it under pause_reasons."
        }
      }
      for case .left(.seconds(let left)) in rule.warn {
        // Where due may move, it may come after all.
        guard case .seconds(let within) = rule.within, left > within, rule.ends == nil, rule.pauses == .never, rule.onReopen != .resume
        else {
          continue
        }
        found.append(
          "\(entry) warns \(PolicyDuration.seconds(left).english) before due, and promises \(rule.within.english): that warning never comes."
        )
      }
      return found
    }
  }

  /// The records of a register that its promises are for, by the attribute that names them: `customer`, `site`.
  public func named(_ attribute: String) -> [String] {
    targets.compactMap { $0.when[attribute] }.distinct()
  }
}
