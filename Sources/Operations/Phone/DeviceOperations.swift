public import Domain
import Persistence

/// Phones that hold work: each tells how much of it is unsent; the office sees one that has gone silent, and can have it forget.
public struct DeviceOperations: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }
  /// Over the same company.
  public init(beside requests: RequestOperations) { company = requests.company }

  /// After so long without a word a phone that holds work is silent.
  public static let silenceMilliseconds: Int64 = 1_800_000

  /// `POST /devices/{id}`.
  public static let reportShape = Shape(
    "DeviceReport",
    [
      Field("kind", .text(max: 40), required: true, note: "iPhone, Android"),
      Field("unsent", .integer(0...10_000), required: true, note: "Steps and photos that wait on the phone"),
      Field("refused", .integer(0...10_000), note: "Of these, what waits for a person"),
      Field("oldestAt", .instant, note: "When the first of them happened"),
      Field("forgotten", .bool, note: "true: it has forgotten all, as it was told to or on sign-out"),
    ])

  /// Takes a phone's word; answers whether it must forget, and what the day looks like now.
  public func report(_ input: Fields, of id: String, by actor: Actor) async throws -> DeviceAnswer {
    try actor.require(.workOrderStep)
    guard (16...64).contains(id.utf8.count), id.utf8.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) || $0 == 45 }) else {
      throw AccessError.notFound("device")
    }
    let company = company, staff = actor.staff?.text ?? ""
    return try await company.database.write { db in
      let now = try company.clock(), unsent = input.integer("unsent") ?? 0, isForgotten = input.bool("forgotten") == true
      let known = try db.first("SELECT staff_id, forget_at, forgotten_at FROM device WHERE id = ?", [.text(id)]) {
        (staff: $0.text(0), forget: $0.optionalInteger(1), forgotten: $0.optionalInteger(2))
      }
      // A phone that changes hands forgets first, and is another one then.
      if let known, known.staff != staff { throw AccessError.notFound("device") }
      try db.execute(
        """
        INSERT INTO device (id, staff_id, kind, created, seen, unsent, refused, oldest, forgotten_at, lost)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, seen = excluded.seen, unsent = excluded.unsent, refused = excluded.refused,
          oldest = excluded.oldest, forgotten_at = excluded.forgotten_at, lost = excluded.lost
        """,
        [
          .text(id), .text(staff), .text(input.text("kind") ?? ""), .integer(now.milliseconds), .integer(now.milliseconds),
          .int(isForgotten ? 0 : unsent), .int(isForgotten ? 0 : input.integer("refused") ?? 0),
          isForgotten ? .null : .optional(input.instant("oldestAt")?.milliseconds), isForgotten ? .integer(now.milliseconds) : .null,
          .int(isForgotten ? unsent : 0),
        ])
      let open = try ReadWorkOrders.views(
        MyDayOperations.openSQL, [.text(staff), .int(MyDayOperations.jobs + 1)], for: actor, in: db)
      return DeviceAnswer(now: now, day: MyDayOperations.token(of: open), forget: known?.forget != nil && !isForgotten)
    }
  }

  /// Phones in use, the one that was silent longest first.
  public func list(after cursor: String?, limit: Int, by actor: Actor) async throws -> Page<DeviceView> {
    try actor.require(.requestDispatch)
    let from = try cursor.map { try Cursor.number($0) }, now = try company.clock()
    return try await company.database.read { db in
      var items = try db.rows(
        Self.listSQL, [.integer(from?.key ?? .min), .text(from?.id ?? ""), .int(limit + 1)], { Self.view($0, at: now) })
      let more = items.count > limit
      if more { items.removeLast() }
      return Page(items: items, next: more ? items.last.map { Cursor(key: String($0.seenAt.milliseconds), id: $0.id).text } : nil)
    }
  }

  // The index device_seen gives order and cursor; whether somebody is on a trip is one look by work_order_engineer_open.
  static let listSQL = """
    SELECT d.id, d.staff_id, p.value, d.kind, d.seen, d.unsent, d.refused, d.oldest, d.forget_at,
      (SELECT COUNT(*) FROM work_order w WHERE w.engineer_id = d.staff_id AND w.open = 1 AND w.departed_at IS NOT NULL)
    FROM device d LEFT JOIN staff s ON s.id = d.staff_id LEFT JOIN personal p ON p.hash = s.name
    WHERE d.forgotten_at IS NULL AND (d.seen, d.id) > (?, ?) ORDER BY d.seen, d.id LIMIT ?
    """

  /// Of these engineers, who cannot be heard: since when the phone heard last of them is silent (FLT-4).
  public func silent(_ engineers: [String], by actor: Actor) async throws -> [String: Instant] {
    try actor.require(.requestDispatch)
    let now = try company.clock()
    return try await company.database.read { db in
      let devices = try db.rows(Self.silentSQL(engineers), OneOf("d.staff_id", engineers).values) { Self.view($0, at: now) }
      // Of several phones the one heard last is in the hand.
      let newest = Dictionary(devices.map { ($0.staff.id, $0) }) { $0.seenAt > $1.seenAt ? $0 : $1 }
      return newest.filter(\.value.isSilent).mapValues(\.seenAt)
    }
  }

  static func silentSQL(_ engineers: [String]) -> String {
    """
    SELECT d.id, d.staff_id, NULL, d.kind, d.seen, d.unsent, d.refused, d.oldest, d.forget_at,
      (SELECT COUNT(*) FROM work_order w WHERE w.engineer_id = d.staff_id AND w.open = 1 AND w.departed_at IS NOT NULL)
    FROM device d WHERE \(engineers.isEmpty ? "1 = 0" : OneOf("d.staff_id", engineers).condition) AND d.forgotten_at IS NULL
    """
  }

  /// Orders a phone to forget all that it holds, at its next contact.
  public func forget(_ id: String, by actor: Actor) async throws {
    try actor.require(.requestDispatch)
    let company = company
    try await company.database.write { db in
      let count = try db.execute(
        "UPDATE device SET forget_by = ?, forget_at = ? WHERE id = ? AND forget_at IS NULL AND forgotten_at IS NULL",
        [.text(actor.author.actor), .integer(try company.clock().milliseconds), .text(id)])
      guard count == 0 else { return }
      guard try db.first("SELECT 1 FROM device WHERE id = ?", [.text(id)], { _ in true }) == true else {
        throw AccessError.notFound("device")
      }
    }
  }

  private static func view(_ row: borrowing SQLRow, at now: Instant) -> DeviceView {
    let seen = Instant(milliseconds: row.integer(4)), unsent = row.int(5), isOut = row.integer(9) > 0
    return DeviceView(
      id: row.text(0), staff: .init(id: row.text(1), name: row.optionalText(2) ?? ""), kind: row.text(3), seenAt: seen, unsent: unsent,
      refused: row.int(6), oldestAt: row.optionalInteger(7).map { Instant(milliseconds: $0) },
      forgetAt: row.optionalInteger(8).map { Instant(milliseconds: $0) }, isOut: isOut,
      isSilent: (unsent > 0 || isOut) && now.milliseconds(since: seen) > silenceMilliseconds)
  }
}

/// What a phone is answered.
public struct DeviceAnswer: Sendable, JSONWritable {
  public let now: Instant
  /// ``MyDay/token`` as it is now.
  public let day: String
  /// Send what can be sent, then forget everything.
  public let forget: Bool

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("now", now)
      json.field("day", day)
      json.field("forget", forget)
    }
  }
}

/// A phone as the office sees it.
public struct DeviceView: Sendable, JSONWritable {
  public let id: String
  public let staff: RequestView.Named
  public let kind: String
  public let seenAt: Instant
  public let unsent, refused: Int
  public let oldestAt, forgetAt: Instant?
  /// Its engineer is on the way or there.
  public let isOut: Bool
  /// Holds work, or its engineer is out, and has not been heard of for half an hour: what it holds may be more than it last said.
  public let isSilent: Bool

  public init(
    id: String, staff: RequestView.Named, kind: String, seenAt: Instant, unsent: Int, refused: Int, oldestAt: Instant?,
    forgetAt: Instant?, isOut: Bool, isSilent: Bool
  ) {
    (self.id, self.staff, self.kind, self.seenAt, self.unsent) = (id, staff, kind, seenAt, unsent)
    (self.refused, self.oldestAt, self.forgetAt, self.isOut, self.isSilent) = (refused, oldestAt, forgetAt, isOut, isSilent)
  }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("staff", staff)
      json.field("kind", kind)
      json.field("seenAt", seenAt)
      json.field("unsent", unsent)
      json.field("refused", refused)
      json.field("oldestAt", oldestAt)
      json.field("forgetAt", forgetAt)
      json.field("out", isOut)
      json.field("silent", isSilent)
    }
  }
}
