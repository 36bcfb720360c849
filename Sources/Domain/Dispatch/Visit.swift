/// One work order on an engineer's day (INT-6): what happened, and where it is.
public struct Visit: Hashable, Sendable {
  public var state: WorkOrderState
  public var dispatchedAt: Instant
  public var plannedAt, departedAt, arrivedAt, leftAt: Instant?
  public var place: Coordinate?

  public init(
    state: WorkOrderState, dispatchedAt: Instant, plannedAt: Instant? = nil, departedAt: Instant? = nil, arrivedAt: Instant? = nil,
    leftAt: Instant? = nil, place: Coordinate? = nil
  ) {
    (self.state, self.dispatchedAt, self.plannedAt, self.departedAt) = (state, dispatchedAt, plannedAt, departedAt)
    (self.arrivedAt, self.leftAt, self.place) = (arrivedAt, leftAt, place)
  }
}

/// What dispatching reckons with where nobody said otherwise. Estimates, and shown as such.
public enum Reckoning {
  /// On site, from arrival to leaving.
  public static let onSite: Int64 = 90 * 60
  /// The way, where one of its ends is unknown.
  public static let unknownWay: Int64 = 60 * 60
  /// Somebody who should have left by now stays this long at least.
  static let atLeast: Int64 = 15 * 60

  /// Seconds on the road: county roads are some 1.3 times the straight line, 50 km/h with the towns in them, five minutes to set off.
  public static func seconds(metres: Int) -> Int64 { 300 + (Int64(metres) * 13 / 10 * 3_600 + 49_999) / 50_000 }

  public static func way(from: Coordinate?, to: Coordinate?) -> Int64 {
    guard let from, let to else { return unknownWay }
    return seconds(metres: from.metres(to: to))
  }
}

/// An open visit with the times that it will probably have.
public struct Forecast: Hashable, Sendable {
  /// Its place in the list it was made from.
  public let index: Int
  public let arrives, ends: Instant
  public let place: Coordinate?
}

/// An engineer's day from now on.
public struct DayPlan: Hashable, Sendable {
  /// Open visits in order of arrival.
  public let open: [Forecast]
  /// Where the engineer is free from now, if not busy: where they set out from.
  public let base: Coordinate?
  public let now: Instant

  /// - Parameter base: where the engineer's branch is.
  public init(_ visits: [Visit], base: Coordinate?, at now: Instant) {
    (self.base, self.now) = (base, now)
    var known: [Forecast] = [], unplanned: [Int] = []
    for (index, visit) in visits.enumerated() {
      let arrives: Instant
      switch visit.state {
      case .arrived: arrives = visit.arrivedAt ?? now
      case .departed: arrives = max(now, (visit.departedAt ?? now) + Reckoning.way(from: base, to: visit.place))
      case .dispatched:
        guard let planned = visit.plannedAt else {
          unplanned.append(index)
          continue
        }
        // A plan that has passed can only be now.
        arrives = max(now, planned)
      case .left, .handedBack: continue
      }
      let least = visit.state == .arrived ? now + Reckoning.atLeast : arrives
      known.append(Forecast(index: index, arrives: arrives, ends: max(arrives + Reckoning.onSite, least), place: visit.place))
    }
    for index in unplanned.sorted(by: { (visits[$0].dispatchedAt, $0) < (visits[$1].dispatchedAt, $1) }) {
      let arrives = Self.arrival(at: visits[index].place, among: known, base: base, now: now)
      known.append(Forecast(index: index, arrives: arrives, ends: arrives + Reckoning.onSite, place: visits[index].place))
    }
    open = known.sorted { ($0.arrives, $0.index) < ($1.arrives, $1.index) }
  }

  /// When the engineer could be at a place: in the first gap that holds the way there, the work and the way on.
  public func arrival(at place: Coordinate?) -> Instant { Self.arrival(at: place, among: open, base: base, now: now) }

  /// From when nothing is in the way of setting out to a place.
  public func departure(to place: Coordinate?) -> Instant { Self.departure(to: place, among: open, base: base, now: now).at }

  private static func arrival(at place: Coordinate?, among busy: [Forecast], base: Coordinate?, now: Instant) -> Instant {
    let departure = departure(to: place, among: busy, base: base, now: now)
    return departure.at + Reckoning.way(from: departure.from, to: place)
  }

  private static func departure(
    to place: Coordinate?, among busy: [Forecast], base: Coordinate?, now: Instant
  ) -> (at: Instant, from: Coordinate?) {
    let starts = [(at: now, from: base)] + busy.map { (at: max(now, $0.ends), from: $0.place) }.sorted { $0.at < $1.at }
    for start in starts {
      let end = start.at + Reckoning.way(from: start.from, to: place) + Reckoning.onSite
      let free = busy.allSatisfy { $0.ends <= start.at || end + Reckoning.way(from: place, to: $0.place) <= $0.arrives }
      if free { return start }
    }
    return starts.last ?? (now, base)
  }
}
