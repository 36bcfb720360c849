import Domain

/// A case as a parcel: the stages that everybody understands, in their order.
public enum PublicStage: String, CaseIterable, Sendable, Hashable {
  case reported, accepted, contacted, dispatched, departed, arrived, cleared, confirmed
  /// Ends that are no stage on the way.
  case closed, cancelled, merged
}

/// Which stages a case has been through, and when; folded from its journal, without a word that anybody wrote.
struct PublicStages: Sendable {
  private(set) var done: [(stage: PublicStage, at: Instant)] = []
  /// The stage that the case is in.
  private(set) var now = PublicStage.reported
  /// Somebody has to come, or came.
  private(set) var isTrip = false
  private(set) var wasRejected = false

  init(_ history: RequestHistory) {
    for entry in history.entries { take(entry) }
    let request = history.request
    isTrip = isTrip || request.level >= .onSite
    now =
      switch request.state {
      case .closed: .closed
      case .cancelled: .cancelled
      case .merged: .merged
      default: done.last?.stage ?? .reported
      }
  }

  private mutating func take(_ entry: RequestHistory.Entry) {
    switch entry.event {
    case .reported: add(.reported, entry.at)
    case .accepted: add(.accepted, entry.at)
    case .responded, .attempted, .remoteStarted: if !has(.dispatched) { add(.contacted, entry.at) }
    case .dispatched:
      // A second engineer's trip begins anew; the first one's story is over.
      remove(from: .dispatched)
      add(.dispatched, entry.at)
      isTrip = true
    case .departed: add(.departed, entry.at)
    case .arrived: add(.arrived, entry.at)
    case .handedBack: if !has(.cleared) { remove(from: .dispatched) }
    case .cleared: add(.cleared, entry.at)
    case .confirmed: add(.confirmed, entry.at)
    case .rejected:
      remove(from: .cleared)
      wasRejected = true
    case .reopened: remove(from: .cleared)
    default: break
    }
  }

  private func has(_ stage: PublicStage) -> Bool { done.contains { $0.stage == stage } }

  /// The first time counts; a stage that the case skipped is not told.
  private mutating func add(_ stage: PublicStage, _ at: Instant) {
    if !has(stage) { done.append((stage, at)) }
  }

  private mutating func remove(from stage: PublicStage) {
    let order = PublicStage.allCases
    done.removeAll { (order.firstIndex(of: $0.stage) ?? 0) >= (order.firstIndex(of: stage) ?? 0) }
  }
}
