import Persistence

/// A record whose name has changed while others show it, and how far those have been brought up to date. One short row each, so
/// that renaming a customer of 50,000 cases writes no more than renaming one of none.
struct Renamed: Sendable {
  let stream: String
  /// Which of `SearchKind.shownBy`.
  let place: Int
  let afterNumber: Int64
  let afterID: String

  struct Piece: Sendable {
    var streams: [String] = []
    var place: Int
    var afterNumber: Int64
    var afterID: String
  }

  private static let start: Int64 = .max

  static func begin(_ stream: String, in db: any SQLWriter) throws {
    try db.execute(
      """
      INSERT INTO search_renamed (stream, place, after_number, after_id) VALUES (?, 0, ?, '')
      ON CONFLICT (stream) DO UPDATE SET place = 0, after_number = excluded.after_number, after_id = ''
      """, [.text(stream), .integer(start)])
  }

  static func next(in db: any SQLReader) throws -> Renamed? {
    try db.first("SELECT stream, place, after_number, after_id FROM search_renamed ORDER BY stream LIMIT 1") {
      Renamed(stream: $0.text(0), place: $0.int(1), afterNumber: $0.integer(2), afterID: $0.text(3))
    }
  }

  private var places: [SearchKind.Place] { SearchKind.byKind[SearchIndexer.kind(of: stream)]?.shownBy ?? [] }

  /// What comes next of what shows the name; cases with the newest first, because those are looked for.
  func piece(limit: Int, in db: any SQLReader) throws -> Piece {
    guard place < places.count else { return Piece(place: place, afterNumber: Self.start, afterID: "") }
    let found = try db.rows(Self.sql(places[place]), arguments(limit)) { ($0.text(0), $0.integer(1)) }
    let streams = found.map { "\(places[place].table)/\($0.0)" }
    guard found.count == limit, let last = found.last else {
      return Piece(streams: streams, place: place + 1, afterNumber: Self.start, afterID: "")
    }
    return Piece(streams: streams, place: place, afterNumber: last.1, afterID: last.0)
  }

  private func arguments(_ limit: Int) -> [SQLValue] {
    let id = SQLValue.text(SearchIndexer.id(of: stream))
    let after: [SQLValue] = places[place].number == nil ? [.text(afterID)] : [.integer(afterNumber), .text(afterID)]
    return [id] + after + [.int(limit)]
  }

  static func sql(_ place: SearchKind.Place) -> String {
    guard let number = place.number else {
      return "SELECT id, 0 FROM \(place.table) WHERE \(place.column) = ? AND id > ? ORDER BY id LIMIT ?"
    }
    return """
      SELECT id, \(number) FROM \(place.table) WHERE \(place.column) = ? AND (\(number), id) < (?, ?) ORDER BY \(number) DESC, id DESC LIMIT ?
      """
  }

  /// - Returns: false when somebody was faster.
  func move(to piece: Piece, in db: any SQLWriter) throws -> Bool {
    let own: [SQLValue] = [.text(stream), .int(place), .integer(afterNumber), .text(afterID)]
    let here = "stream = ? AND place = ? AND after_number = ? AND after_id = ?"
    guard piece.place < places.count else { return try db.execute("DELETE FROM search_renamed WHERE \(here)", own) == 1 }
    let moved = try db.execute(
      "UPDATE search_renamed SET place = ?, after_number = ?, after_id = ? WHERE \(here)",
      [.int(piece.place), .integer(piece.afterNumber), .text(piece.afterID)] + own)
    return moved == 1
  }
}

extension Migration {
  /// Instead of a row for each record that shows the name. What waited there is found by the index that is made anew
  /// (`SearchTerms.version`).
  static let searchRenamed = Migration(
    "0021-search-renamed", tables: ["search_renamed": .index],
    """
    CREATE TABLE search_renamed (
      stream TEXT NOT NULL PRIMARY KEY,
      place INTEGER NOT NULL, -- which of those that show its name
      after_number BIGINT NOT NULL, -- and how far they are done
      after_id TEXT NOT NULL
    )
    """, "DELETE FROM search_pending")
}
