public import Persistence

/// The whole schema, and who makes each projection.
public enum Schema {
  public static let migrations: [Migration] = [
    .journal, .registers, .requests, .accounts, .leases, .projections, .search, .pinyin, .searchBeginnings, .files, .merging,
    .searchRenamed, .divisionCodes, .importRuns, .searchFirstLetters, .importRefused, .places, .desk, .links, .phones, .board,
    .registerLists, .customerDue, .alarms, .outbox, .announcements, .promises, .inbound, .outboxPassing, .mailboxTrouble, .contract,
  ]

  /// Every table with its class; a test fails on one that is missing here.
  public static var tables: [String: TableClass] {
    migrations.reduce(into: Migrator.tables) { $0.merge($1.tables) { $1 } }
  }

  public static func projectors(policies: PolicyShelf) -> [any Projector] {
    RegisterProjector.all + [
      RequestProjector(policies: policies), PromiseProjector(policies: policies), AttachmentProjector(), WorkOrderProjector(),
      PolicyProjector(), ShiftProjector(),
    ]
  }
}

extension Migration {
  /// Who serves: `rebuild` refuses while somebody does.
  public static let leases = Migration(
    "0005-leases", tables: ["lease": .operational],
    """
    CREATE TABLE lease (
      name TEXT NOT NULL PRIMARY KEY,
      holder TEXT NOT NULL,
      expires BIGINT NOT NULL -- UTC milliseconds
    )
    """)

  /// Which version of its projector made each projection.
  static let projections = Migration(
    "0006-projections", tables: ["projection": .operational],
    "CREATE TABLE projection (name TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL)")
}
