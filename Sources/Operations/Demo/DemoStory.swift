import Domain
import Persistence

/// One case as it is told: every step is decided by the domain at its time, as it would have been that day.
struct DemoStory: Sendable {
  /// Events of one step, ready for their streams.
  struct Step: Sendable {
    let at: Instant
    let author: Author
    let stream: String
    let events: [NewEvent]
  }

  let id: RequestID
  /// What its events hold the hashes of.
  let people: [PersonalValue]
  private(set) var history: RequestHistory
  private(set) var steps: [Step] = []
  /// The time the next step starts from.
  private(set) var time: Instant
  /// Nothing is told beyond it: what is not yet done stays open.
  private let end: Instant
  private var stopped = false

  init(
    _ reported: RequestEvent.Reported, id: RequestID, people: [PersonalValue], at instant: Instant, by author: Author, end: Instant
  ) {
    (self.id, self.people, time, self.end) = (id, people, instant, end)
    let event = RequestEvent.reported(reported)
    history = RequestHistory([.init(version: 1, at: instant, event: event)])
    note([event], by: author)
  }

  var stream: String { "request/\(id)" }
  var request: ServiceRequest { history.request }

  /// Stops the story here: whatever follows is not told.
  mutating func stop() { stopped = true }

  /// Tells a step so many minutes after the one before. A rule that says no is a mistake of the story, and is thrown.
  ///
  /// - Returns: false when the story has come to its end.
  @discardableResult
  mutating func tell(after minutes: Int, _ command: RequestCommand, by author: Author) throws -> Bool {
    let next = time + Int64(minutes) * 60
    guard !stopped, next < end else {
      stopped = true
      return false
    }
    time = next
    note(try history.take(command, at: time), by: author)
    return true
  }

  /// Another case was merged into this one at its time.
  mutating func absorb(_ other: DemoStory) throws {
    guard case .merged = other.history.entries.last?.event else { return }
    let event = RequestEvent.absorbed(.init(request: other.id, number: other.request.reported?.number ?? ""))
    try history.insert([event], at: other.time)
    steps.append(
      Step(at: other.time, author: other.steps.last?.author ?? .system, stream: stream, events: [Self.new(event, at: other.time)]))
  }

  /// What was done and measured on site (FLT-4).
  mutating func record(_ body: RequestEvent.WorkRecorded, by author: Author) {
    guard !stopped else { return }
    steps.append(
      Step(at: time, author: author, stream: "work-order/\(body.workOrder)", events: [Self.new(.workRecorded(body), at: time)]))
  }

  private mutating func note(_ events: [RequestEvent], by author: Author) {
    let new = events.map { Self.new($0, at: time) }
    steps.append(Step(at: time, author: author, stream: stream, events: new))
    for (event, stored) in zip(events, new) {
      if let order = event.concernsWorkOrder {
        steps.append(Step(at: time, author: author, stream: "work-order/\(order)", events: [stored]))
      }
    }
  }

  private static func new(_ event: RequestEvent, at instant: Instant) -> NewEvent {
    NewEvent(kind: event.kind, schema: RequestEvent.schema, body: event.body(), occurred: instant.milliseconds)
  }
}
