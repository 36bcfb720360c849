import Domain
import Operations

/// Engineers by hour: twelve hours in 48 quarters, the present as a line, the proposed visit dashed.
struct BoardTimeline: PageValue {
  static let quarters = 48
  private static let quarter: Int64 = 900_000

  let lanes: [BoardLaneRow]
  let hours: [BoardHour]
  let wording: Wording
  /// Minutes from the left edge.
  let nowMinutes: Int64
  let start: Instant

  init(_ page: BoardPage) {
    let wording = page.frame.wording
    self.wording = wording
    let offset = Int64(wording.offsetSeconds) * 1_000
    let local = wording.now.milliseconds + offset, midnight = local / 86_400_000 * 86_400_000
    let hour = (local - midnight) / 3_600_000
    // The working day as a whole; early and late, what is around now.
    let first = (7...17).contains(hour) ? 7 : hour - 2
    let start = Instant(milliseconds: midnight + first * 3_600_000 - offset)
    self.start = start
    let passed = wording.now.milliseconds(since: start) / 60_000
    nowMinutes = passed
    let nowHour = Int(passed / 60)
    hours = (0...11).compactMap { index in
      // The present stands in its own hour's place.
      if index == nowHour { return BoardHour(quarter: Int(passed / 15), words: wording.clock(wording.now), isNow: true) }
      if index == 0 { return nil }
      let words = String(Int(((first + Int64(index)) % 24 + 24) % 24))
      // Nothing is written under the present.
      return index == nowHour + 1 && passed % 60 > 40 ? nil : BoardHour(quarter: index * 4, words: words, isNow: false)
    }
    let best = page.selected?.offers.first { $0.suggestion.fits }
    lanes = page.lanes.map { lane in
      var wanted: (from: Instant, to: Instant)?
      if let best, best.engineer.id == lane.engineer.id {
        wanted = (best.suggestion.arrives, best.suggestion.arrives + Reckoning.onSite)
      }
      return BoardLaneRow(
        lane, note: page.laneNotes[lane.engineer.id] ?? "", wanted: wanted, selected: page.selected, start: start, wording)
    }
  }

  /// Where a stretch stands on the grid; nil where it lies outside.
  static func span(_ from: Instant, _ to: Instant, start: Instant) -> (first: Int, count: Int)? {
    let first = Int(flooring(from.milliseconds(since: start))), last = Int(flooring(to.milliseconds(since: start) + quarter - 1))
    let left = max(first, 0), right = min(max(last, first + 1), quarters)
    return right > left ? (left, right - left) : nil
  }

  private static func flooring(_ milliseconds: Int64) -> Int64 {
    milliseconds >= 0 ? milliseconds / quarter : (milliseconds - quarter + 1) / quarter
  }

  func child(named: String) -> Any? {
    switch named {
    case "lanes": lanes
    case "hasLanes": !lanes.isEmpty
    case "hours": hours
    case "dayWords": wording.day(wording.now)
    case "nowMinutes": nowMinutes
    case "startISO": start.description
    default: nil
    }
  }
}

struct BoardHour: PageValue {
  let quarter: Int
  let words: String
  let isNow: Bool

  func child(named: String) -> Any? {
    switch named {
    case "hourQuarter": quarter
    case "hourWords": words
    case "isNow": isNow
    default: nil
    }
  }
}

struct BoardLaneRow: PageValue {
  let lane: BoardLane
  let note: String
  let isWanted: Bool
  let pieces: [BoardPiece]
  let wording: Wording

  init(
    _ lane: BoardLane, note: String, wanted: (from: Instant, to: Instant)?, selected: BoardCase?, start: Instant, _ wording: Wording
  ) {
    (self.lane, self.note, isWanted, self.wording) = (lane, note, wanted != nil, wording)
    var pieces: [BoardPiece] = [], ends: [Int] = []
    func add(_ look: String, _ from: Instant, _ to: Instant, _ words: String, _ label: String, _ address: String, _ icon: String?) {
      guard let span = BoardTimeline.span(from, to, start: start) else { return }
      // The first line that is free there: visits that overlap are seen to.
      let line = ends.firstIndex { $0 <= span.first } ?? ends.count
      if line == ends.count { ends.append(0) }
      ends[line] = span.first + span.count
      pieces.append(
        BoardPiece(
          look: look, first: span.first, count: span.count, line: min(line, 3), words: words, label: label, address: address, icon: icon))
    }
    for piece in lane.pieces {
      let visit = piece.visit
      let words = [String(visit.requestNumber.suffix(4)), visit.customer ?? "", visit.category ?? ""].filter { !$0.isEmpty }
      let from = wording.clock(piece.from), to = wording.clock(piece.to)
      let label = "\(words.joined(separator: " ")), \(wording.text("board.look.\(piece.look.rawValue)")) \(from)–\(to)"
      let icon: String? =
        switch piece.look {
        case .done: "check"
        case .site: "tool"
        case .way: "go"
        case .planned: nil
        }
      add(
        piece.look.rawValue, piece.from, piece.to, piece.look == .way ? "" : words.joined(separator: " "), label,
        "/board?case=\(visit.requestNumber)", icon)
    }
    if let wanted, let selected {
      let words = "\(selected.view.number.suffix(4)) \(selected.view.customer?.name ?? "")"
      add("want", wanted.from, wanted.to, words, "\(words), \(wording.text("board.look.want")) \(wording.clock(wanted.from))", "", nil)
    }
    self.pieces = pieces
  }

  func child(named: String) -> Any? {
    switch named {
    case "person": lane.engineer.name
    case "initial": PersonChip.initial(lane.engineer.name)
    case "isAbsent": false
    case "laneID": lane.engineer.id
    case "laneCount": wording.text("board.jobs", String(lane.open))
    case "laneNote": note.isEmpty ? false : note
    case "isWanted": isWanted
    case "pieces": pieces
    default: nil
    }
  }
}

struct BoardPiece: PageValue {
  let look: String
  let first, count, line: Int
  let words, label, address: String
  let icon: String?

  func child(named: String) -> Any? {
    switch named {
    case "look": look
    case "first": first
    case "quarters": count
    case "line": line
    case "visitWords": words
    case "visitLabel": label
    case "visitAddress": address
    case "hasAddress": !address.isEmpty
    case "visitIcon": icon ?? false
    default: nil
    }
  }
}
