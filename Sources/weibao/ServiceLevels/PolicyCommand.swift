import ArgumentParser
import Domain
import Foundation
import Operations

/// `weibao policy`: the numbers of the promises, version by version.
struct PolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Service policies: list, import, compare, try, activate.",
    subcommands: [
      PolicyList.self, PolicyShow.self, PolicyImport.self, PolicyDiff.self, PolicyTry.self, PolicyAnnounce.self, PolicyActivate.self,
      PolicyMoveCommand.self,
    ])
}

struct PolicyList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Print the policies: version, from when they hold.")

  @OptionGroup var data: DataOptions
  @Flag(help: "Print a JSON array.") var json = false

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    let policies = try await PolicyOperations(opened.company).list(by: .system)
    if json {
      var writer = JSONWriter()
      writer.array(nil, policies) { $0.value($1) }
      print(writer.text)
    } else {
      for policy in policies {
        let from = policy.from.map { "from \($0)" } ?? "not activated"
        let next = policy.next.map { ", again from \($0)" } ?? ""
        let revision = policy.revision.map { "as \($0)" } ?? ""
        print([policy.version, from + next, policy.isInForce ? "in force" : "", revision].joined(separator: "\t"))
      }
    }
    try await opened.close()
  }
}

struct PolicyShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Print a policy's file as it was recorded.")

  @OptionGroup var data: DataOptions
  @Argument(help: "The version.") var version: String

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    print(try await PolicyOperations(opened.company).text(of: version, by: .system), terminator: "")
    try await opened.close()
  }
}

struct PolicyImport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Check a policy file and record it; nothing holds by it until it is activated.",
    discussion: """
      The calendars that it names are read beside it and frozen with it, and so is the newest table of public holidays (`weibao calendar list`). \
      For a table that comes later a revision of the policy is made (`weibao calendar import`).
      """)

  @OptionGroup var data: DataOptions
  @Argument(help: ArgumentHelp("The policy file.", valueName: "POLICY.yaml")) var file: String
  @Flag(help: "Check it only.") var dryRun = false

  func run() async throws {
    let source = try PolicySource(file: file)
    let policy = try source.policy()
    try policy.review(at: OpenCompany.machineTime())
    for remark in policy.remarks { Warning.say(remark) }
    // A file can be checked where there is no company yet.
    if dryRun, try !data.places().address.isThere { return sayItCan(policy) }
    let opened = try await OpenCompany.open(data, create: false)
    let policies = PolicyOperations(opened.company)
    for stranger in try await policies.strangers(in: policy, by: .system) { Warning.say(stranger) }
    if dryRun {
      try await opened.close()
      return sayItCan(policy)
    }
    let recorded = try await policies.record(source.text, calendars: source.calendars, by: .system)
    try await opened.close()
    let years = recorded.calendars.values.compactMap(\.holidayYears).max { $0.count < $1.count }
    if let years { print("It counts by the public holidays of \(CalendarList.spans(years)); other years count by the week alone.") }
    guard recorded.version == policy.version else {
      return print("Policy \(policy.version) is recorded already; it is \(recorded.version) by now.")
    }
    print("Policy \(recorded.version) is recorded. It holds once you say so: weibao policy activate \(recorded.version)")
  }

  private func sayItCan(_ policy: ServicePolicy) { print("Policy \(policy.version) can be imported: \(policy.targets.count) targets.") }
}

struct PolicyDiff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Say what one policy promises otherwise than another.",
    discussion:
      "A policy is a file, a version in the journal (2026-11, or 2026-11-r1 as it was first recorded), or `shipped`. The exit is 0 also where they differ."
  )

  @OptionGroup var data: DataOptions
  @Argument(help: "The one before.") var before: String
  @Argument(help: "The one after.") var after: String
  @Flag(help: "Print a JSON array.") var json = false

  func run() async throws {
    let old = try await PolicySource.policy(before, data), new = try await PolicySource.policy(after, data)
    let differences = new.differences(from: old)
    if json {
      var writer = JSONWriter()
      writer.array(nil, differences) { json, one in
        json.object { json in
          json.field("kind", one.kind.rawValue)
          json.field("entry", one.entry)
          json.field("key", one.key)
          json.field("before", one.before)
          json.field("after", one.after)
        }
      }
      print(writer.text)
    } else if differences.isEmpty {
      print("They promise the same.")
    } else {
      for difference in differences { print(difference.line) }
    }
  }
}

struct PolicyTry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "try",
    abstract: "Run a policy over the cases there were: what would have been met or missed, and who would have been warned and told.",
    discussion: "Changes nothing. A policy is a file, a version in the journal, or `shipped`.")

  @OptionGroup var data: DataOptions
  @Argument(help: "The policy to try.") var policy: String
  @Option(help: "Cases reported from this moment on, RFC 3339. Default: all.", transform: Instant.init(parsing:)) var since: Instant?
  @Flag(help: "Print the report as JSON.") var json = false

  func run() async throws {
    let draft = try await PolicySource.policy(policy, data)
    let opened = try await OpenCompany.open(data, create: false)
    let report = try await PolicyTrial(opened.company).run(draft, since: since, by: .system)
    try await opened.close()
    if json { return print(JSONWriter.text(report)) }
    print("\(report.cases) cases; \(report.changed) would have come out otherwise under \(report.version).")
    for target in report.targets {
      func words(_ tally: PolicyTrial.Tally) -> String {
        let said = [("warned", tally.warned), ("told", tally.told)].filter { !$0.1.isEmpty }.map { name, counts in
          "; \(name): "
            + counts.sorted { $0.key < $1.key }.map { role, count in
              "\(role == PolicyTrial.Tally.working ? "whoever works on it" : role) \(count)"
            }.joined(separator: ", ")
        }
        return "met \(tally.met), missed \(tally.missed), dropped \(tally.dropped), open \(tally.open)\(said.joined())"
      }
      print("\(target.id)\n  was    \(words(target.was))\n  would  \(words(target.would))")
    }
    for change in report.changes {
      print("\(change.number) \(change.target): \(change.was?.rawValue ?? "not promised") -> \(change.would?.rawValue ?? "not promised")")
    }
    if report.changed > report.changes.count { print("The first \(report.changes.count) are shown.") }
  }
}

struct PolicyActivate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "activate", abstract: "Say from when a recorded policy holds for new cases; open ones keep theirs.")

  @OptionGroup var data: DataOptions
  @Argument(help: "The version.") var version: String
  @Option(help: "From when, RFC 3339. Default: now.", transform: Instant.init(parsing:)) var from: Instant?

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    if let problem = try await AnnouncementOperations(opened.company).problem(version, from: from ?? OpenCompany.machineTime()) {
      Warning.say("\(problem)")
    }
    let start = try await PolicyOperations(opened.company).activate(version, from: from, by: .system)
    try await opened.close()
    print("Policy \(version) holds from \(start) on.")
  }
}

/// A policy file with the calendar files beside it.
struct PolicySource {
  let text: String
  let calendars: [String: String]

  init(file: String) throws {
    let text = try TextFile.read(file)
    var found: [String: String] = [:]
    // Reading the policy names the files; what cannot be read is said with its line.
    _ = try ServicePolicy(yaml: text) { path in
      let content = try? TextFile.read(path, beside: file)
      found[path] = content
      return content
    }
    (self.text, calendars) = (text, found)
  }

  /// With the newest table of holidays, as it would be recorded; without a company, with the shipped one.
  func policy(_ holidays: HolidayTable = .china) throws -> ServicePolicy {
    try ServicePolicy(yaml: text, holidays: holidays) { calendars[$0] }
  }

  /// A file, a version in the journal, or `shipped`.
  static func policy(_ name: String, _ data: DataOptions) async throws -> ServicePolicy {
    if name == "shipped" { return ShippedPolicy.policy }
    let isFile = FileManager.default.fileExists(atPath: name)
    if isFile, try !data.places().address.isThere { return try PolicySource(file: name).policy() }
    let opened = try await OpenCompany.open(data, create: false)
    if isFile {
      let holidays = try await CalendarOperations(opened.company).table()
      try await opened.close()
      return try PolicySource(file: name).policy(holidays)
    }
    let policy = opened.company.policies.named(name)
    try await opened.close()
    guard let policy else { throw PolicyRefusal.unknown(name) }
    return policy
  }
}
