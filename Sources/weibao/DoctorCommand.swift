import ArgumentParser
import Domain
import Foundation
import Operations
import Persistence
import Web

/// `weibao doctor`: reads only; makes and migrates nothing. (A virus scanner is tried with a file in the temporary folder.)
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Prints what is in force and from where, and what is not as it should be.",
    discussion: "Secrets are not shown. The exit is 1 when something is not as it should be.")

  @OptionGroup var options: DataOptions
  @Flag(help: "Print it as JSON.") var json = false

  func run() async throws {
    var findings = Findings()
    try settings(&findings)
    try encryption(&findings)
    machine(&findings)
    programs(&findings)
    try await scanner(&findings)
    try channels(&findings)
    let places = try options.places()
    if places.address.isThere {
      try await database(places.address, &findings)
    } else {
      findings.line("journal", "no database yet: run `weibao migrate`, `weibao demo` or `weibao serve`")
    }
    if json {
      try print(
        Output.json(Report(ok: findings.problems.isEmpty, settings: Dictionary(findings.lines) { $1 }, problems: findings.problems)))
    } else {
      for (name, value) in findings.lines { print("\(name): \(value)") }
      for problem in findings.problems { print("NOT WELL: \(problem)") }
    }
    guard findings.problems.isEmpty else {
      throw CommandFailure("not as it should be: \(findings.problems.joined(separator: " "))")
    }
  }

  private struct Report: Encodable {
    let ok: Bool
    let settings: [String: String]
    let problems: [String]
  }

  private struct Findings {
    var lines: [(String, String)] = []
    var problems: [String] = []
    mutating func line(_ name: String, _ value: String) { lines.append((name, value)) }
  }

  private func settings(_ findings: inout Findings) throws {
    let places = try options.places(), settings = try options.settings(), files = FileManager.default
    findings.line("configuration file", settings.file ?? "none")
    findings.line("data", "\(places.folder.text) (\(places.folder.source))")
    findings.line("database", "\(places.address) (\(places.databaseSource))")
    findings.line("files", "\(places.filesFolder.text) (\(places.filesFolder.source))")
    let key = places.key.text
    let made = files.fileExists(atPath: key) ? "content hidden" : "not made yet"
    findings.line("signing-key", "\(key) (\(places.key.source); \(made))")
    if let mode = try? files.attributesOfItem(atPath: key)[.posixPermissions] as? Int, mode & 0o077 != 0 {
      findings.problems.append("The signing key \(key) can be read by others than its owner: chmod 600.")
    }
    if files.fileExists(atPath: key), (try? SigningKey.load(at: key)) == nil {
      findings.problems.append("The signing key \(key) cannot be read, or is none.")
    }
    for (name, usual) in [
      (Settings.Name.listen, "127.0.0.1:8080"), (.tlsCert, "none"), (.tlsKey, "none"), (.trustedProxy, "none"), (.publicURL, "none"),
      (.companyName, "none"), (.log, "notice"),
    ] {
      let value = settings.value(name)
      let shown = name == .tlsKey && value != nil ? "\(value?.text ?? "") (content hidden)" : value?.text ?? usual
      findings.line(name.rawValue, "\(shown) (\(value?.source ?? "default"))")
    }
    do {
      // Without passwords and secrets.
      let inbound = try InboundChoices(settings)
      findings.line(
        Settings.Name.inboundMail.rawValue, inbound.boxes.isEmpty ? "none" : inbound.boxes.map(\.description).joined(separator: ", "))
    } catch let error as ValidationError {
      findings.line(Settings.Name.inboundMail.rawValue, "wrong")
      findings.problems.append(error.message)
    }
  }

  /// By what messages leave the house.
  private func channels(_ findings: inout Findings) throws {
    let settings = try options.settings()
    for (name, hidden) in [
      (Settings.Name.smtpURL, false), (.smtpUser, false), (.smtpPassword, true), (.smtpFrom, false), (.channels, false),
      (.certificates, false),
    ] {
      let value = settings.value(name)
      findings.line(name.rawValue, "\(value.map { hidden ? "(hidden)" : $0.text } ?? "none") (\(value?.source ?? "default"))")
    }
    do {
      let channels = try ChannelOptions.inForce(settings)
      let names = channels.rooms.map { "room \($0.name) (\($0.format.rawValue))" }
      let all = (channels.mail == nil ? [] : ["mail"]) + (channels.sms == nil ? [] : ["text messages"]) + names
      findings.line("messages leave by", all.isEmpty ? "nothing: people are told on the screen only" : all.joined(separator: ", "))
      for address in channels.unencrypted {
        findings.problems.append("Messages to \(address) go unencrypted. Leave it so only within the own network.")
      }
      if channels.publicAddress == nil, !all.isEmpty {
        findings.problems.append("Messages lead nowhere: name how weibao is reached with public-url.")
      }
    } catch {
      findings.line("messages leave by", "nothing that works")
      findings.problems.append((error as? any Refusal)?.message ?? "\(error)")
    }
  }

  /// What works only where the browser's line is encrypted, said plainly.
  private func encryption(_ findings: inout Findings) throws {
    let settings = try options.settings()
    if let certificate = settings.value(.tlsCert)?.text, let key = settings.value(.tlsKey)?.text {
      do {
        let ends = try WebConfiguration.TLS(certificate: certificate, key: key).ends()
        findings.line("encryption", "by weibao itself; the certificate ends \(ends)")
        let left = ends.milliseconds(since: OpenCompany.machineTime()) / 86_400_000
        if left < 14 {
          findings.problems.append("The certificate \(certificate) ends in \(max(left, 0)) days: put a new one in place and start anew.")
        }
      } catch let refusal as any Refusal {
        findings.line("encryption", "none that works")
        findings.problems.append(refusal.message)
      }
    } else if let proxy = settings.value(.trustedProxy)?.text {
      findings.line("encryption", "by the proxy \(proxy), where it sends X-Forwarded-Proto: https")
    } else {
      findings.line(
        "encryption",
        "none: on phones no work without a signal and no installed app, in browsers no camera, and passwords travel readable. "
          + "Give --tls-cert and --tls-key, or name a proxy with https by --trusted-proxy. On this machine alone all works without")
      let listen = settings.value(.listen)?.text ?? "127.0.0.1:8080"
      if !["127.", "[::1]", "localhost:"].contains(where: listen.hasPrefix) {
        findings.problems.append(
          "It listens on \(listen) without encryption: anybody on the way reads passwords. Give a certificate or a proxy.")
      }
    }
  }

  private func machine(_ findings: inout Findings) {
    findings.line("time zone of numbers", "UTC+08:00, China")
    if TimeZone(identifier: "Asia/Shanghai") == nil {
      findings.line("time zones", "MISSING")
      findings.problems.append("The time zone Asia/Shanghai is unknown to this program: install it anew.")
    } else {
      findings.line("time zones", "Foundation's \(TimeZone.timeZoneDataVersion)")
    }
  }

  /// Programs that do a part of the work; without one, that part is missing and the rest goes on.
  private func programs(_ findings: inout Findings) {
    for (name, task) in [
      ("weasyprint", "PDFs of papers"), ("zbarimg", "reading scanned papers"), ("pdftoppm", "reading scanned PDFs, pictures of PDFs"),
      ("file", "attachments at all"), ("vipsheader", "pictures as attachments"), ("vipsthumbnail", "pictures as attachments"),
      ("qpdf", "PDFs as attachments"), ("pdfinfo", "PDFs as attachments"),
    ] {
      findings.line(name, ExternalProgram(name).path ?? "not installed: no \(task)")
    }
  }

  /// A scanner that answers nothing keeps every file out; one that finds nothing lets every file in.
  private func scanner(_ findings: inout Findings) async throws {
    guard let value = try options.settings().value(.scanCommand), let scanner = VirusScanner(value.text) else {
      return findings.line("scan-command", "none: files are not looked at for viruses")
    }
    let problem = await scanner.problem(in: FileManager.default.temporaryDirectory.path)
    findings.line("scan-command", "\(value.text) (\(value.source); \(problem ?? "finds the test virus"))")
    if let problem { findings.problems.append("scan-command: \(problem). Mend it, or take it out of the settings.") }
  }

  private func database(_ address: DatabaseAddress, _ findings: inout Findings) async throws {
    let database: any SQLDatabase
    switch address {
    case .sqlite(let path):
      database = try SQLiteDatabase(path: path, logger: OpenCompany.quiet)
      if let free = (try? FileManager.default.attributesOfFileSystem(forPath: path))?[.systemFreeSize] as? Int {
        findings.line("free disk space", "\(free / 1_048_576) MiB")
        if free < 512 * 1_048_576 { findings.problems.append("Less than 512 MiB are free beside the database: make room.") }
      }
      findings.line("SQLite", try await database.read { db in try db.first("SELECT sqlite_version()") { $0.text(0) } ?? "?" })
    case .postgres(let url):
      database = try PostgresDatabase(url: url, logger: OpenCompany.quiet)
      findings.line("PostgreSQL", try await database.read { db in try db.first("SHOW server_version") { $0.text(0) } ?? "?" })
    }
    do {
      let pending = try await Migrator.pending(Schema.migrations, in: database)
      findings.line("migrations", pending.isEmpty ? "all applied" : "to apply: \(pending.joined(separator: ", ")); `weibao migrate` does")
      if pending.isEmpty { try await journal(database, &findings) }
    } catch let error as MigrationError {
      findings.problems.append("\(error)")
    }
    for problem in try await (database as? SQLiteDatabase)?.fileProblems() ?? [] {
      findings.problems.append("The file is damaged (\(problem)): restore the newest good copy.")
    }
    try await database.close()
  }

  private func journal(_ database: any SQLDatabase, _ findings: inout Findings) async throws {
    let now = OpenCompany.machineTime()
    let company = Company(
      database: database, files: try options.places().files, clock: { now }, chance: .system, logger: OpenCompany.quiet)
    let isFile = database.dialect == .sqlite
    let (events, mode, newest) = try await database.read { db in
      (
        try db.first("SELECT COUNT(*) FROM journal") { $0.integer(0) } ?? 0,
        try db.first(isFile ? "PRAGMA journal_mode" : "SHOW fsync") { $0.text(0) } ?? "?", try Journal.newestRecorded(in: db)
      )
    }
    findings.line("journal", "\(events) events, \(isFile ? "journal mode" : "fsync") \(mode)")
    if !isFile, mode != "on" {
      findings.problems.append("The server does not sync to disk (fsync = \(mode)): an answered write can vanish. Set it on.")
    }
    if isFile, mode != "wal" {
      findings.problems.append("The journal mode is \(mode), not wal: stop whatever else uses the file, and start weibao anew.")
    }
    if let newest, newest - now.milliseconds > 120_000 {
      let recorded = Instant(milliseconds: newest)
      findings.problems.append(
        "The machine's clock (\(now)) is behind the newest event (\(recorded)): set it; writes are refused until then.")
    }
    try await PolicyOperations(company).load()
    findings.line("policy in force", company.policies.inForce(at: now)?.version ?? "none yet")
    let holidays = try await CalendarOperations(company).table()
    findings.line("public holidays", "known for \(CalendarList.spans(holidays.years))")
    for outlook in HolidayOutlook.look(at: company.policies.inForce(from: now), newest: holidays, now: now) {
      findings.problems.append(outlook.sentence)
    }
    let behind = try await PolicyRevisions(company).preview(by: .system)
    if !behind.revisions.isEmpty || behind.cases > 0 {
      findings.problems.append(
        "The newest table of public holidays is not followed by all: policies \(behind.revisions.count), open cases \(behind.cases): "
          + "run `weibao calendar follow`.")
    }
    if !behind.left.isEmpty {
      findings.problems.append(
        "\(behind.left.count) open cases keep an earlier table of public holidays, as by the newest something would be met or missed otherwise: "
          + "decide about each; `weibao calendar follow` names them.")
    }
    if let failed = behind.failed.first {
      findings.problems.append(
        "\(behind.failed.count) open cases cannot be compared with their policy, the first is \(failed.key): \(failed.value)")
    }
    findings.line("serving", try await Housekeeping.isServing(company) ? "yes" : "no")
  }
}
