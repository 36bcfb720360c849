/// One forward step of the schema. A merged migration never changes; its name is kept in table `migration`.
public struct Migration: Sendable {
  public let name: String
  public let statements: [String]
  /// The class of every table it makes.
  public let tables: [String: TableClass]

  public init(_ name: String, tables: [String: TableClass], _ statements: String...) {
    self.init(name, tables: tables, statements: statements)
  }

  public init(_ name: String, tables: [String: TableClass], statements: [String]) {
    self.name = name
    self.tables = tables
    self.statements = statements
  }
}

/// Every table is of one class; a test fails on a table without one.
public enum TableClass: String, Sendable, CaseIterable {
  /// Append-only truth: events and checkpoints.
  case journal
  /// Values of people, erasable; events hold only their salted hashes.
  case personal
  /// Made from journal and personal rows, in the same transaction; `rebuild` makes it anew.
  case projection
  /// Password hashes, tokens, idempotency, outbox: backed up, never rebuilt.
  case operational
  /// Made from the rest a little behind it, and made anew when emptied: never carried, never compared.
  case index
  case files
}
