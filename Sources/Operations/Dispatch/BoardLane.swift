public import Domain

/// One engineer's day on the timeline (INT-6).
public struct BoardLane: Sendable {
  /// A piece of the lane, in order of time.
  public struct Piece: Sendable {
    public enum Look: String, Sendable { case done, site, way, planned }
    public let look: Look
    public let from, to: Instant
    public let visit: BoardVisit
  }

  public let engineer: BoardEngineer
  public let open: Int
  public let pieces: [Piece]

  init(_ engineer: BoardEngineer, base: Coordinate?, open: [BoardVisit], ended: [BoardVisit], at now: Instant) {
    var pieces: [Piece] = []
    for visit in ended {
      guard let left = visit.visit.leftAt else { continue }
      pieces.append(Piece(look: .done, from: visit.visit.arrivedAt ?? visit.visit.departedAt ?? left, to: left, visit: visit))
    }
    let plan = DayPlan(open.map(\.visit), base: base, at: now)
    for forecast in plan.open {
      let visit = open[forecast.index]
      switch visit.state {
      case .departed:
        pieces.append(Piece(look: .way, from: visit.visit.departedAt ?? now, to: forecast.arrives, visit: visit))
        pieces.append(Piece(look: .planned, from: forecast.arrives, to: forecast.ends, visit: visit))
      case .arrived: pieces.append(Piece(look: .site, from: forecast.arrives, to: forecast.ends, visit: visit))
      case .dispatched, .left, .handedBack: pieces.append(Piece(look: .planned, from: forecast.arrives, to: forecast.ends, visit: visit))
      }
    }
    (self.engineer, self.open) = (engineer, open.count)
    self.pieces = pieces.sorted { ($0.from, $0.to, $0.visit.id) < ($1.from, $1.to, $1.visit.id) }
  }

  init(engineer: BoardEngineer, open: Int, pieces: [Piece]) { (self.engineer, self.open, self.pieces) = (engineer, open, pieces) }
}
