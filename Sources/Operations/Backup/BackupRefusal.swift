public import Domain

/// What stands in the way of a backup or of restoring one; until then nothing was touched.
public enum BackupRefusal: Refusal, Hashable {
  case exists(String)
  case cannotWrite(String)
  case notABackup(String)
  /// The entry, and what is wrong with it.
  case damaged(String, String)
  case newer(Int)
  case occupied
  case serving
  case serverOccupied
  case recordBroken(String)

  public var code: String {
    switch self {
    case .exists: "backup.exists"
    case .cannotWrite: "backup.cannot-write"
    case .notABackup: "backup.not-a-backup"
    case .damaged: "backup.damaged"
    case .newer: "backup.newer"
    case .occupied: "backup.occupied"
    case .serving: "backup.serving"
    case .serverOccupied: "backup.server-occupied"
    case .recordBroken: "backup.record-broken"
    }
  }
  public var message: String {
    switch self {
    case .exists(let file): "There is something at \(file) already. Name a new file."
    case .cannotWrite(let why): "The backup cannot be written: \(why). Name a new file in a folder with room."
    case .notABackup(let why): "This is no backup that can be read: \(why). Name a file that `weibao backup` wrote."
    case .damaged(let entry, let why): "\(entry) in the backup is not as it was written: \(why). Nothing was touched; take another copy."
    case .newer(let version): "The backup has format \(version), which a newer weibao wrote. Use that version."
    case .occupied: "There is a company here already. Give --replace to put the backup in its place; the old database is kept beside it."
    case .serving: "A node is serving this database. Stop it (or wait 15 seconds after a crash), then restore."
    case .serverOccupied: "There is a company in this database. Make a new empty database, restore into it, and point --database at it."
    case .recordBroken(let finding): "The record in the backup does not hold: \(finding) Nothing was put in place; take another copy."
    }
  }
  public var arguments: [String] {
    switch self {
    case .exists(let text), .cannotWrite(let text), .notABackup(let text), .recordBroken(let text): [text]
    case .damaged(let entry, let why): [entry, why]
    case .newer(let version): [String(version)]
    case .occupied, .serving, .serverOccupied: []
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .occupied, .serving, .serverOccupied: .conflict
    default: .invalid
    }
  }
}
