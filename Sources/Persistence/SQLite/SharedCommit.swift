/// Takes waiting writes and commits them together. One fsync serves them all, and each is answered only after it.
struct SharedCommit {
  let queue: WriteQueue
  /// Writes in one commit, at most.
  let batchLimit: Int
  /// A batch takes in no more writes after this time, so that the first does not wait for slow neighbours.
  let patience: Duration

  /// One turn: at most one batch.
  /// - Returns: whether anything was committed.
  func turn(on db: SQLiteConnection) -> Bool {
    guard let first = queue.next() else { return false }
    if batchLimit == 1 {
      let committed = alone(first, on: db)
      first.answer()
      return committed
    }
    var batch = [first]
    let committed: Bool
    do {
      let written = try together(&batch, on: db)
      committed = written
    } catch is TransactionLost {
      committed = batch.reduce(false) { alone($1, on: db) || $0 }
    } catch {
      for write in batch { write.fail(error) }
      committed = false
    }
    for write in batch { write.answer() }
    return committed
  }

  /// The shared transaction fell: the disk failed under one of the writes, or under the commit.
  private struct TransactionLost: Error {}

  /// - Throws: ``TransactionLost`` when nothing of the batch stands and each write has to run again alone.
  private func together(_ batch: inout [WaitingWrite], on db: SQLiteConnection) throws -> Bool {
    try db.control("BEGIN IMMEDIATE")
    let start = ContinuousClock.now
    var wrote = false
    var write = batch[0]
    do {
      while true {
        try db.control("SAVEPOINT shared")
        if write.run(in: db) {
          wrote = true
        } else if db.transactionStands {
          try db.control("ROLLBACK TO shared")
        }
        guard db.transactionStands else { throw TransactionLost() }
        try db.control("RELEASE shared")
        guard batch.count < batchLimit, start.duration(to: .now) < patience, let next = queue.next() else { break }
        batch.append(next)
        write = next
      }
      try db.control("COMMIT")
    } catch {
      if db.transactionStands { try? db.control("ROLLBACK") }
      throw TransactionLost()
    }
    return wrote
  }

  /// - Returns: whether it was committed. Otherwise the write has its error.
  private func alone(_ write: WaitingWrite, on db: SQLiteConnection) -> Bool {
    do {
      try db.control("BEGIN IMMEDIATE")
      guard write.run(in: db) else {
        if db.transactionStands { try db.control("ROLLBACK") }
        return false
      }
      // A body that swallowed the disk's error has written nothing.
      guard db.transactionStands else { throw DatabaseError.inputOutput("The transaction was rolled back.") }
      try db.control("COMMIT")
      return true
    } catch {
      if db.transactionStands { try? db.control("ROLLBACK") }
      write.fail(error)
      return false
    }
  }
}
