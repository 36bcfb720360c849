/// A part of the board that a screen which stays open reads anew.
struct BoardParts: PageValue {
  enum Part: String, CaseIterable { case rows, side, time }
  let board: BoardValues
  let parts: Set<Part>

  func child(named: String) -> Any? {
    switch named {
    case "wantsRows": parts.contains(.rows)
    case "wantsSide": parts.contains(.side)
    case "wantsTime": parts.contains(.time)
    default: board.child(named: named)
    }
  }
}
