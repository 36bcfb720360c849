/// What a policy promises otherwise than another (SLA-9): one line each, for people who decide whether it may hold.
public struct PolicyDifference: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable { case added, removed, changed }

  public let kind: Kind
  /// `respond`, `dispatch {urgency: emergency}`, or a key of the policy itself.
  public let entry: String
  /// Of an entry that changed: the key; else nil.
  public let key: String?
  public let before, after: String?

  /// `~ respond: within 2 h -> 1 h`
  public var line: String {
    switch kind {
    case .added: "+ \(entry)"
    case .removed: "- \(entry)"
    case .changed: "~ \(entry): \(key ?? "") \(before ?? "none") -> \(after ?? "none")"
    }
  }
}

extension ServicePolicy {
  /// What this policy has that `before` has not, in the order of its targets; the version itself is no difference.
  public func differences(from before: ServicePolicy) -> [PolicyDifference] {
    var found = Self.compare("policy", before.general, general)
    // An entry is known by its id and by what it applies to; of several alike, by their order.
    let (old, new) = (before.entries, entries)
    for (name, fields) in new {
      if let was = old.first(where: { $0.name == name }) {
        found += Self.compare(name, was.fields, fields)
      } else {
        found.append(PolicyDifference(kind: .added, entry: name, key: nil, before: nil, after: nil))
      }
    }
    for (name, _) in old where !new.contains(where: { $0.name == name }) {
      found.append(PolicyDifference(kind: .removed, entry: name, key: nil, before: nil, after: nil))
    }
    return found + orders(from: before) + calendarDifferences(from: before)
  }

  /// Of two entries that may apply to one case, which one counts.
  private func orders(from before: ServicePolicy) -> [PolicyDifference] {
    func ranked(_ policy: ServicePolicy, _ group: Group) -> [(name: String, when: [String: String])] {
      let names = policy.entries.map(\.name)
      return group.entries.map { (names[$0], policy.targets[$0].when) }
    }
    func mayMeet(_ a: [String: String], _ b: [String: String]) -> Bool {
      a.count == b.count && a.allSatisfy { b[$0.key] == nil || b[$0.key] == $0.value }
    }
    return groups.flatMap { group -> [PolicyDifference] in
      guard let old = before.groups.first(where: { $0.id == group.id }) else { return [] }
      let was = ranked(before, old).map(\.name), now = ranked(self, group)
      return now.enumerated().flatMap { place, first in
        now.dropFirst(place + 1).compactMap { second in
          guard mayMeet(first.when, second.when), let one = was.firstIndex(of: first.name), let other = was.firstIndex(of: second.name),
            other < one
          else { return nil }
          return PolicyDifference(kind: .changed, entry: group.id, key: "of two that apply, counts", before: second.name, after: first.name)
        }
      }
    }
  }

  /// The hours that promises are counted in: by the names that the policies give them.
  private func calendarDifferences(from before: ServicePolicy) -> [PolicyDifference] {
    Set(calendars.keys).union(before.calendars.keys).sorted().flatMap { name -> [PolicyDifference] in
      let entry = "calendar \(name)"
      switch (before.calendars[name]?.definition, calendars[name]?.definition) {
      case (nil, nil): return []
      case (nil, _): return [PolicyDifference(kind: .added, entry: entry, key: nil, before: nil, after: nil)]
      case (_, nil): return [PolicyDifference(kind: .removed, entry: entry, key: nil, before: nil, after: nil)]
      case (let was?, let now?):
        let years = now.hours.holidays == .none || was.hours.holidays == .none ? [] : now.holidays.differingYears(from: was.holidays)
        let holidays = years.map { year in
          let (old, new) = (was.holidays.only([year]).text, now.holidays.only([year]).text)
          return PolicyDifference(kind: .changed, entry: entry, key: "holidays of \(year)", before: Self.line(old), after: Self.line(new))
        }
        return Self.compare(entry, Self.fields(of: was.hours), Self.fields(of: now.hours)) + Self.days(entry, was.hours, now.hours)
          + holidays
      }
    }
  }

  private static func line(_ text: String) -> String? {
    // Without the year in front of each line.
    text.isEmpty ? nil : text.split(separator: "\n").map { $0.dropFirst(5) }.joined(separator: "; ")
  }

  private static func fields(of calendar: CalendarDefinition) -> Fields {
    let week = zip(Weekday.allCases, calendar.week).map { day, hours in (day.rawValue, text(hours)) }
    return [("name", calendar.name), ("time_zone", calendar.timeZone)] + week + [
      ("holidays", calendar.holidays.rawValue), ("makeup", calendar.makeup.rawValue),
    ]
  }

  private static func text(_ hours: [HoursSpan]) -> String {
    hours.isEmpty ? "off" : hours.map(\.description).joined(separator: " ")
  }

  private static func days(_ entry: String, _ was: CalendarDefinition, _ now: CalendarDefinition) -> [PolicyDifference] {
    Set(was.days.keys).union(now.days.keys).filter { was.days[$0] != now.days[$0] }.sorted().map { day in
      PolicyDifference(kind: .changed, entry: entry, key: day.description, before: was.days[day].map(text), after: now.days[day].map(text))
    }
  }

  private typealias Fields = [(key: String, text: String)]

  private static func compare(_ entry: String, _ before: Fields, _ after: Fields) -> [PolicyDifference] {
    after.compactMap { key, text in
      let was = before.first { $0.key == key }?.text ?? ""
      guard was != text else { return nil }
      return PolicyDifference(
        kind: .changed, entry: entry, key: key, before: was.isEmpty ? nil : was, after: text.isEmpty ? nil : text)
    }
  }

  private var general: Fields {
    [
      ("hotline", hotline ?? ""), ("offline", offline.english), ("backdate", backdate.english),
      ("pause_reasons", pauseReasons.joined(separator: ", ")),
    ]
  }

  private var entries: [(name: String, fields: Fields)] {
    var counts: [String: Int] = [:]
    return targets.map { rule in
      let base = rule.when.isEmpty ? rule.id : "\(rule.id) {\(Self.text(rule.when))}"
      counts[base, default: 0] += 1
      return (counts[base] == 1 ? base : "\(base) #\(counts[base] ?? 0)", fields(of: rule))
    }
  }

  private static func text(_ when: [String: String]) -> String {
    when.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
  }

  private func fields(of rule: TargetRule) -> Fields {
    let pauses =
      switch rule.pauses {
      case .never: "false"
      case .always: "true"
      case .reasons(let reasons): reasons.joined(separator: ", ")
      }
    let warnings = rule.warn.map { warning in
      switch warning {
      case .share(let percent): "\(percent)%"
      case .left(let duration): duration.english
      }
    }
    return [
      ("clause", rule.clause ?? ""), ("name", "\(rule.name.zh) / \(rule.name.en)"), ("starts", rule.starts),
      ("met_by", rule.metBy.joined(separator: ", ")), ("owner", rule.owner ?? ""), ("dropped_by", rule.droppedBy.joined(separator: ", ")),
      ("within", rule.within.english), ("calendar", rule.calendar), ("ends", rule.ends?.rawValue ?? ""), ("pauses", pauses),
      ("on_reopen", rule.onReopen.rawValue), ("warn", warnings.joined(separator: ", ")), ("warn_in", rule.warnIn ?? ""),
      ("escalate", rule.escalate.map { "\($0.to) after \($0.after.english)" }.joined(separator: ", ")),
    ]
  }
}
