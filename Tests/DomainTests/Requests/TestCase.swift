import Domain

/// A case of Monday 2026-11-23, told step by step at times of day.
struct TestCase {
  var history: RequestHistory

  /// Reported at 09:00 unless told.
  init(reportedAt time: String = "09:00", kind: RequestKind = .support) {
    let reported = RequestEvent.Reported(
      number: "SR-20261123-0001", kind: kind, urgency: .normal, channel: .hotline, summary: "DR does not start",
      contact: Person(name: "hash-1", phone: "hash-2"), customer: CustomerID("c1"), site: SiteID("s1"), policy: "2026-11",
      attributes: ["area": "covered"])
    history = RequestHistory([.init(version: 1, at: Story.at(time), event: .reported(reported))])
  }

  var request: ServiceRequest { history.request }
  var state: RequestState { request.state }
  var kinds: [String] { history.entries.map(\.event.kind) }

  /// Takes one step; answers the kinds of what followed.
  @discardableResult
  mutating func take(_ command: RequestCommand, _ time: String) throws(RequestError) -> [String] {
    try history.take(command, at: Story.at(time)).map(\.kind)
  }

  /// Takes steps one minute apart from a time on.
  mutating func take(from time: String, _ commands: RequestCommand...) throws(RequestError) {
    var at = Story.at(time)
    for command in commands {
      _ = try history.take(command, at: at)
      at = at + 60
    }
  }

  func taking(from time: String = "09:10", _ commands: RequestCommand...) throws(RequestError) -> TestCase {
    var copy = self
    var at = Story.at(time)
    for command in commands {
      _ = try copy.history.take(command, at: at)
      at = at + 60
    }
    return copy
  }

  /// The shortest way to a state, with a work order that is left open where the state can have one.
  static func `in`(_ state: RequestState, engineer: StaffID? = nil) throws -> TestCase {
    var it = TestCase()
    if state == .reported { return it }
    try it.take(from: "09:01", .accept(owner: .chen))
    if let engineer {
      try it.take(from: "09:05", .dispatch(.to(engineer)), .arrive(nil), .agree(.word))
    }
    switch state {
    case .reported, .accepted: break
    case .working: try it.take(.respond, "09:10")
    case .cleared: try it.take(.clear(.done), "09:20")
    case .confirmed: try it.take(from: "09:20", .clear(.done), .confirm(.word))
    case .closed: try it.take(from: "09:20", .clear(.done), .confirm(.word), .close(reason: nil, manager: false))
    case .cancelled: try it.take(.cancel(reason: "twice"), "09:20")
    case .merged: try it.take(.merge(.init(into: RequestID("r2"), number: "SR-20261123-0002", reason: "twice")), "09:20")
    }
    return it
  }
}

extension StaffID {
  static let wang = StaffID("wang"), li = StaffID("li"), chen = StaffID("chen")
}

extension WorkOrderID {
  static let first = WorkOrderID("w-wang"), second = WorkOrderID("w-li")
}

extension RequestEvent.Dispatched {
  /// The work order of `wang` is `w-wang`; a second one of the same engineer needs a name of its own.
  static func to(_ engineer: StaffID, _ id: String? = nil, partner: String? = nil) -> Self {
    .init(
      workOrder: WorkOrderID(id ?? "w-\(engineer)"), number: "WO-20261123-0001", request: RequestID("r1"),
      requestNumber: "SR-20261123-0001", engineer: engineer, partner: partner)
  }
}

extension RequestEvent.Word {
  static let word = Self(contact: Person(contact: ContactID("k1")), how: .phone)
}

extension RequestEvent.Cleared {
  static let done = Self(cause: .hardware, remedy: "Fuse replaced")
}

extension RequestEvent.Confirmed {
  static let word = Self(contact: Person(contact: ContactID("k1")), how: .signature, signature: "hash-3")
}

extension RequestEvent.Rejected {
  static let word = Self(contact: Person(contact: ContactID("k1")), reason: "It stops again")
}

extension RequestEvent.RemoteStarted {
  static let session = Self(consent: Person(contact: ContactID("k1")), tool: "RustDesk", purpose: "Read the log")
}

extension RequestEvent.Changed {
  static let emergency = {
    var changed = Self()
    changed.urgency = .emergency
    return changed
  }()
}

extension RequestCommand {
  static func tried(_ level: SupportLevel, _ result: AttemptResult = .failed) -> RequestCommand {
    .attempt(.init(level: level, result: result))
  }

  /// Any command of a step: enough to ask whether the state allows it.
  static func any(_ step: RequestStep) -> RequestCommand {
    switch step {
    case .accept: .accept(owner: .chen)
    case .acknowledge: .acknowledge(.word)
    case .respond: .respond
    case .attempt: .tried(.phone)
    case .locate: .locate(.init(cause: .software))
    case .raise: .raise(to: .remote, reason: "x")
    case .dispatch: .dispatch(.to(.li))
    case .depart: .depart(nil)
    case .arrive: .arrive(nil)
    case .leave: .leave(nil)
    case .handBack: .handBack(nil, reason: "ill")
    case .propose: .propose("Replace the fuse")
    case .agree: .agree(.word)
    case .remoteStart: .remoteStart(.session)
    case .remoteEnd: .remoteEnd(.solved)
    case .pause: .pause(.customer)
    case .resume: .resume
    case .clear: .clear(.done)
    case .confirm: .confirm(.word)
    case .reject: .reject(.word)
    case .signOff: .signOff(by: .chen)
    case .standby: .standby(EquipmentID("e1"))
    case .close: .close(reason: "x", manager: true)
    case .reopen: .reopen(reason: "x")
    case .cancel: .cancel(reason: "x")
    case .merge: .merge(.init(into: RequestID("r2"), number: "SR-20261123-0002", reason: "x"))
    case .change: .change(.emergency)
    case .comment: .comment(.init(text: "x"))
    }
  }
}
