public import Domain
import Persistence

/// What the database could not do, said plainly. Nothing of the write stands.
public enum StorageRefusal: Refusal, Hashable {
  /// The queue of waiting writes is full.
  case busy(seconds: Int)
  case diskFull
  case readOnly
  case damaged
  case inputOutput
  /// The database server does not answer, or does not let us in; in its words.
  case unreachable(String)
  /// The database server went away while it stored: it may stand, or not.
  case unknown
  /// Two people changed one thing at once, and this one came second.
  case changed(expected: Int, actual: Int)

  /// The refusal behind an error of the floor below; nil for what is a fault.
  public init?(_ error: any Error) {
    switch error {
    case DatabaseError.outrun: self = .busy(seconds: 1)
    case DatabaseError.busy(let seconds): self = .busy(seconds: seconds)
    case DatabaseError.diskFull: self = .diskFull
    case DatabaseError.readOnly: self = .readOnly
    case DatabaseError.damaged: self = .damaged
    case DatabaseError.inputOutput: self = .inputOutput
    case DatabaseError.unreachable(let why): self = .unreachable(why)
    case DatabaseError.unknownOutcome: self = .unknown
    case JournalError.changed(_, let expected, let actual): self = .changed(expected: expected, actual: actual)
    default: return nil
    }
  }

  public var code: String {
    switch self {
    case .busy: "storage.busy"
    case .diskFull: "storage.disk-full"
    case .readOnly: "storage.read-only"
    case .damaged: "storage.damaged"
    case .inputOutput: "storage.input-output"
    case .unreachable: "storage.unreachable"
    case .unknown: "storage.unknown"
    case .changed: "storage.changed"
    }
  }
  public var message: String {
    switch self {
    case .busy(let seconds): "Too many writes are waiting. Nothing was stored; try again in \(seconds) seconds."
    case .diskFull: "The server's disk is full. Nothing was stored. Make room, then try again; reading goes on."
    case .readOnly: "The server may not write to its database. Nothing was stored. Give it the right to write; reading goes on."
    case .damaged: "A page of the database is damaged. Nothing was stored. Run `weibao verify`, and restore a backup."
    case .inputOutput: "The server's disk failed to read or write. Nothing was stored. Look at the disk, then try again."
    case .unreachable(let why):
      "The database server cannot be used: \(why). Nothing was stored. Start it or correct --database, then try again."
    case .unknown:
      "The database server went away while storing; whether it stands is not known. Send it again with the same Idempotency-Key, or read it first."
    case .changed: "Somebody changed this at the same moment. Nothing of yours was stored; read it again, then decide."
    }
  }
  public var arguments: [String] {
    switch self {
    case .busy(let seconds): [String(seconds)]
    case .unreachable(let why): [why]
    case .diskFull, .readOnly, .damaged, .inputOutput, .unknown, .changed: []
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .busy, .diskFull, .readOnly, .damaged, .inputOutput, .unreachable, .unknown: .unavailable
    case .changed: .conflict
    }
  }
}
