import Domain
import Persistence
import Synchronization

/// Numbers for people: `SR-20261123-0042`, of the company's date; growing, gaps allowed.
enum Numbers {
  /// - Parameter blocks: where several writers would wait for one another's row; nil takes the number in the transaction.
  /// - Throws: ``NumbersNeeded`` when the node's block is used up; ``Company/write(_:)`` leases one and runs the body again.
  static func next(_ series: String, at now: Instant, from blocks: NumberBlocks? = nil, in db: any SQLWriter) throws -> String {
    let day = day(of: now)
    let number: Int
    if let blocks {
      guard let taken = blocks.take(series, day) else { throw NumbersNeeded(series: series, day: day) }
      number = taken
    } else {
      number = try lease(1, of: series, day, in: db)
    }
    return text(series, day, number)
  }

  static func text(_ series: String, _ day: String, _ number: Int) -> String {
    let digits = String(number)
    return "\(series)-\(day)-\(String(repeating: "0", count: max(4 - digits.count, 0)))\(digits)"
  }

  /// - Returns: the last of `count` new numbers.
  fileprivate static func lease(_ count: Int, of series: String, _ day: String, in db: any SQLWriter) throws -> Int {
    try db.first(
      """
      INSERT INTO number_series (series, day, last) VALUES (?, ?, ?)
      ON CONFLICT (series, day) DO UPDATE SET last = number_series.last + excluded.last
      RETURNING last
      """, [.text(series), .text(day), .int(count)]
    ) { $0.int(0) } ?? count
  }

  /// The company's date as numbers have it.
  static func day(of instant: Instant) -> String {
    let date = CompanyClock.date(of: instant)
    return String(date.year * 10_000 + date.month * 100 + date.day)
  }
}

/// The node has no number of this series left.
struct NumbersNeeded: Error {
  let series: String
  let day: String
}

/// Numbers a node has leased and not yet given: so that two nodes, or two connections, do not wait for one row.
public final class NumberBlocks: Sendable {
  private struct Series: Hashable {
    let name: String
    let day: String
  }
  /// Lost at most, each time a node stops.
  static let size = 50
  private let left = Mutex<[Series: [ClosedRange<Int>]]>([:])

  public init() {}

  func take(_ series: String, _ day: String) -> Int? {
    left.withLock { left in
      let key = Series(name: series, day: day)
      guard let first = left[key]?.first else { return nil }
      left[key]?[0...0] = first.count > 1 ? [first.lowerBound + 1...first.upperBound] : []
      return first.lowerBound
    }
  }

  func lease(_ needed: NumbersNeeded, in database: any SQLDatabase) async throws {
    let last = try await database.write { db in try Numbers.lease(Self.size, of: needed.series, needed.day, in: db) }
    left.withLock { left in
      // Yesterday's are not needed any more.
      left = left.filter { $0.key.day >= needed.day || $0.key.name != needed.series }
      left[Series(name: needed.series, day: needed.day), default: []].append(last - Self.size + 1...last)
    }
  }
}

extension Company {
  /// A write whose body may take numbers.
  func write<T: Sendable>(_ body: @escaping @Sendable (any SQLWriter) throws -> T) async throws -> T {
    while true {
      do {
        return try await database.write(body)
      } catch let needed as NumbersNeeded {
        guard let numbers else { throw needed }
        try await numbers.lease(needed, in: database)
      }
    }
  }
}
