import Domain
import Foundation
import Logging
import Operations
import Persistence

/// The only place where clock, chance and files are made and put together.
struct OpenCompany {
  let company: Company
  let database: any SQLDatabase
  let key: SigningKey

  /// Whether the shipped policy is recorded where there is none, those that fold are read, or none is looked for.
  enum Policies { case prepared, asTheyAre, none }

  /// Opens the database, brings its schema up to date, and reads the policies.
  ///
  /// - Parameters:
  ///   - create: false refuses where there is no database yet.
  ///   - earliest: from when a first policy holds (the demo tells cases of the past).
  static func open(
    _ options: DataOptions, create: Bool = true, sharedCommits: Bool = true, earliest: Instant? = nil, logger: Logger = quiet
  ) async throws -> OpenCompany {
    let places = try options.places()
    if !create, !places.address.isThere { throw UsageRefusal.notThere("\(places.address)") }
    return try await open(
      folder: places.folder.text, address: places.address, files: places.files, keyPath: places.key.text, sharedCommits: sharedCommits,
      earliest: earliest,
      logger: logger)
  }

  /// For who judges or mends the record: a policy that does not fold, or is gone, is theirs to find, and nothing is written in its place.
  static func openRecord(_ options: DataOptions) async throws -> OpenCompany {
    let places = try options.places()
    if !places.address.isThere { throw UsageRefusal.notThere("\(places.address)") }
    return try await open(
      folder: places.folder.text, address: places.address, files: places.files, keyPath: places.key.text, policies: .asTheyAre)
  }

  /// For a company that is about to come in whole: the schema, and nothing in it.
  static func openEmpty(_ options: DataOptions) async throws -> OpenCompany {
    let places = try options.places()
    return try await open(
      folder: places.folder.text, address: places.address, files: places.files, keyPath: places.key.text, policies: .none)
  }

  static func open(
    folder: String, address: DatabaseAddress, files: FileStore? = nil, keyPath: String? = nil, sharedCommits: Bool = true,
    earliest: Instant? = nil,
    policies: Policies = .prepared, logger: Logger = quiet
  ) async throws -> OpenCompany {
    try makeFolder(folder)
    if case .sqlite(let path) = address { try makeFolder((path as NSString).deletingLastPathComponent) }
    let database = try address.open(sharedCommits: sharedCommits, logger: logger)
    try await Migrator.migrate(Schema.migrations, in: database)
    let newest = try await database.read { try Journal.newestRecorded(in: $0) } ?? 0
    let steady = SteadyClock(newest: Instant(milliseconds: newest), machine: machineTime)
    let company = Company(
      database: database, files: files ?? FileStore(data: folder), erasures: "\(folder)/erasures", clock: { try steady.now() },
      chance: .system, watchers: Watchers(),
      policies: PolicyShelf(), logger: logger)
    if policies == .prepared { try await UnfinishedImport.refuse(in: database) }
    switch policies {
    case .prepared: try await PolicyOperations(company).prepare(earliest: earliest)
    case .asTheyAre: try await PolicyOperations(company).load(strict: false)
    case .none: break
    }
    if policies != .none {
      let remade = try await Rebuild(company).bringUpToDate()
      if !remade.isEmpty { logger.notice("Made anew from the journal for this version.", metadata: ["tables": "\(remade)"]) }
    }
    return OpenCompany(
      company: company, database: database, key: try SigningKey.loadOrCreate(at: keyPath ?? "\(folder)/keys/checkpoint.key"))
  }

  private static func makeFolder(_ path: String) throws {
    guard !path.isEmpty else { return }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  static let machineTime: @Sendable () -> Instant = { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }

  /// Commands speak through their output; only trouble is logged.
  static let quiet: Logger = {
    var logger = Logger(label: "weibao") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .warning
    return logger
  }()

  func close() async throws { try await database.close() }
}
