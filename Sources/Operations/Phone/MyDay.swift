public import Domain

/// What an engineer takes along on the phone: the own open jobs with all that is needed where there is no network, and the
/// jobs that ended today (FLT-1..4). Nothing of anybody else's.
public struct MyDay: Sendable, JSONWritable {
  public let now: Instant
  public let engineer: RequestView.Named
  /// In the order in which they are worked off.
  public let jobs: [Job]
  /// There are more open ones than the phone takes along.
  public let hasMore: Bool
  /// Newest last.
  public let ended: [EndedJob]
  /// Changes whenever an open job comes, goes or changes, or its case.
  public let token: String

  public init(now: Instant, engineer: RequestView.Named, jobs: [Job], hasMore: Bool = false, ended: [EndedJob], token: String) {
    (self.now, self.engineer, self.jobs, self.hasMore, self.ended, self.token) = (now, engineer, jobs, hasMore, ended, token)
  }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("now", now)
      json.field("engineer", engineer)
      json.array("jobs", jobs) { $0.value($1) }
      json.field("hasMore", hasMore)
      json.array("ended", ended) { $0.value($1) }
      json.array("causes", CauseCode.allCases) { $0.value($1.rawValue) }
      json.field("token", token)
    }
  }
}

/// One job: a work order with its case, its place and its machine.
public struct Job: Sendable, JSONWritable {
  public var order: WorkOrderView
  public var request: RequestView
  /// The steps ahead, in their order.
  public var plan: [RequestStep]
  /// What may happen beside the plan.
  public var others: [RequestStep]
  public var place: JobPlace
  public var machine: JobMachine?
  public var located: RequestEvent.Located?
  /// What was proposed last, and whether the hospital agreed to it (FLT-3).
  public var remedy: String?
  public var isAgreed: Bool
  /// What this job recorded: work, parts, readings.
  public var recorded: [RequestEvent.WorkRecorded]
  /// Files on the case.
  public var photos: Int

  public init(
    order: WorkOrderView, request: RequestView, plan: [RequestStep], others: [RequestStep] = [], place: JobPlace,
    machine: JobMachine? = nil, located: RequestEvent.Located? = nil, remedy: String? = nil, isAgreed: Bool = false,
    recorded: [RequestEvent.WorkRecorded] = [], photos: Int = 0
  ) {
    (self.order, self.request, self.plan, self.others, self.place, self.machine) = (order, request, plan, others, place, machine)
    (self.located, self.remedy, self.isAgreed, self.recorded, self.photos) = (located, remedy, isAgreed, recorded, photos)
  }

  public var readings: ReadingForm { .of(category: machine?.category) }
  /// What the case says is needed: parts that were named when the fault was located.
  public var bring: [String] { [located?.part].compactMap { $0 } }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("order", order)
      json.field("request", request)
      json.array("plan", plan) { $0.value($1.rawValue) }
      json.array("others", others) { $0.value($1.rawValue) }
      json.field("place", place)
      json.field("machine", machine)
      json.field("cause", located?.cause.rawValue)
      json.field("part", located?.part)
      json.field("remedy", remedy)
      json.field("agreed", isAgreed)
      json.array("bring", bring) { $0.value($1) }
      json.array("readings", readings.items) { json, item in
        json.object { json in
          json.field("id", item.id)
          json.field("name", item.zh)
          json.field("nameEn", item.en)
          json.field("unit", item.unit)
          json.field("expected", item.expected)
        }
      }
      json.array("recorded", recorded) { $0.raw(RequestEvent.workRecorded($1).body(lateReason: nil)) }
      json.field("photos", photos)
    }
  }
}

/// Where it is.
public struct JobPlace: Sendable, Hashable, JSONWritable {
  public var customer, site, department, address: String?
  /// What people call the hospital: 余干人民.
  public var short: String?
  /// WGS-84; nil where nobody said.
  public var coordinate: Coordinate?
  /// Names it on a map.
  public var name: String { [customer, site].compactMap { $0 }.joined(separator: " ") }

  public init(
    customer: String? = nil, short: String? = nil, site: String? = nil, department: String? = nil, address: String? = nil,
    coordinate: Coordinate? = nil
  ) {
    self.coordinate = coordinate
    (self.customer, self.short, self.site, self.department, self.address) = (customer, short, site, department, address)
  }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("customer", customer)
      json.field("shortName", short)
      json.field("site", site)
      json.field("department", department)
      json.field("address", address)
      json.field("latitude", coordinate.map { Angle(millionths: $0.latitude).description })
      json.field("longitude", coordinate.map { Angle(millionths: $0.longitude).description })
    }
  }
}

/// The machine and what was done to it before.
public struct JobMachine: Sendable, JSONWritable {
  public var id, serialNumber, model: String
  public var category: String?
  /// Newest first, a few.
  public var history: [PastRepair]

  public init(id: String, serialNumber: String, model: String, category: String?, history: [PastRepair] = []) {
    (self.id, self.serialNumber, self.model, self.category, self.history) = (id, serialNumber, model, category, history)
  }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("serialNumber", serialNumber)
      json.field("model", model)
      json.field("category", category)
      json.array("history", history) { $0.value($1) }
    }
  }
}

public struct PastRepair: Sendable, Hashable, JSONWritable {
  public var number, summary: String
  public var reportedAt: Instant
  public var state: RequestState
  public var cause: CauseCode?
  public var part, remedy, byName: String?

  public init(
    number: String, summary: String, reportedAt: Instant, state: RequestState, cause: CauseCode? = nil, part: String? = nil,
    remedy: String? = nil, byName: String? = nil
  ) {
    (self.number, self.summary, self.reportedAt, self.state) = (number, summary, reportedAt, state)
    (self.cause, self.part, self.remedy, self.byName) = (cause, part, remedy, byName)
  }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("number", number)
      json.field("summary", summary)
      json.field("reportedAt", reportedAt)
      json.field("state", state.rawValue)
      json.field("cause", cause?.rawValue)
      json.field("part", part)
      json.field("remedy", remedy)
      json.field("byName", byName)
    }
  }
}

/// A job that ended today.
public struct EndedJob: Sendable, JSONWritable {
  public var order: WorkOrderView
  public var customer: String?
  public var machine: String?
  public var summary: String
  public var endedAt: Instant

  public init(order: WorkOrderView, customer: String?, machine: String?, summary: String, endedAt: Instant) {
    (self.order, self.customer, self.machine, self.summary, self.endedAt) = (order, customer, machine, summary, endedAt)
  }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("order", order)
      json.field("customer", customer)
      json.field("machine", machine)
      json.field("summary", summary)
      json.field("endedAt", endedAt)
    }
  }
}
