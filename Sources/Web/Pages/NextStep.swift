import Domain
import Operations

/// Which of the steps offered is the one that most likely comes next: shown in ink, one a page.
enum NextStep {
  /// - Parameter events: the kinds of what has happened to the case.
  static func first(of view: RequestView, after events: [String]) -> String? {
    order(view, events).first { view.steps.contains($0) }
  }

  private static func order(_ view: RequestView, _ events: [String]) -> [String] {
    // What happened before a reopening does not count for what comes next.
    let last = events.lastIndex { $0 == "reopened" || $0 == "rejected" } ?? 0
    let now = Set(events.dropFirst(last))
    switch view.state {
    case .reported: return ["accept"]
    case .accepted: return now.contains("acknowledged") ? ["respond", "attempt"] : ["acknowledge", "respond"]
    case .working:
      if view.paused { return ["resume"] }
      switch view.workOrders.last(where: { $0.state.isOpen })?.state {
      case .dispatched: return ["depart", "arrive"]
      case .departed: return ["arrive"]
      case .arrived:
        if !now.contains("located") { return ["locate", "clear"] }
        if !now.contains("proposed"), !now.contains("agreed") { return ["propose"] }
        return now.contains("agreed") ? ["clear", "leave"] : ["agree"]
      case .left, .handedBack, nil: return now.contains("attempted") ? ["dispatch", "attempt"] : ["attempt"]
      }
    case .cleared: return ["leave", "confirm"]
    case .confirmed: return ["leave", "sign-off", "close"]
    case .closed, .cancelled, .merged: return []
    }
  }
}
