public import Domain

/// A case as the API shows it: design.md, "Request".
public struct RequestView: Sendable, JSONWritable {
  public struct Named: Sendable, JSONWritable {
    public let id, name: String
    public func write(to json: inout JSONWriter) {
      json.object {
        $0.field("id", id); $0.field("name", name)
      }
    }
  }
  public struct Machine: Sendable, JSONWritable {
    public let id, serialNumber, model: String
    /// The end of warranty, in days (WAR-1); nil when the installation date is unknown.
    public let warrantyEnds: CivilDate?
    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("id", id)
        json.field("serialNumber", serialNumber)
        json.field("model", model)
        json.field("warrantyEnds", warrantyEnds?.description)
      }
    }
  }
  public struct Person: Sendable, JSONWritable {
    public let id, name, phone: String?
    /// There is something here that tells who it is.
    var isKnown: Bool { name != nil || phone != nil }
    public func write(to json: inout JSONWriter) {
      json.object {
        $0.field("id", id); $0.field("name", name); $0.field("phone", phone)
      }
    }
  }
  public struct Duplicate: Sendable, JSONWritable {
    public let id, number, summary: String
    public func write(to json: inout JSONWriter) {
      json.object {
        $0.field("id", id); $0.field("number", number); $0.field("summary", summary)
      }
    }
  }

  public let id, number: String
  public let kind: RequestKind
  public let urgency: Urgency
  public let channel: Channel
  public let state: RequestState
  public let level: SupportLevel
  /// Why its clocks wait; a reason of policy. Nil while they run.
  public let pausedFor: String?
  public var paused: Bool { pausedFor != nil }
  /// Why it may wait, as its policy has it.
  public internal(set) var pauseReasons = PauseReason.shipped.map(\.rawValue)
  public let summary: String
  public let description: String?
  public let harm: Harm
  public let customer: Named?
  public let site: String?
  public let equipment: Machine?
  public internal(set) var contact: Person
  public let branch: String?
  /// The staff id of whoever accepted it, and the name to show beside it.
  public let owner: String?
  public let ownerName: String?
  public let policy: String
  public let reportedAt: Instant
  public let version: Int
  public internal(set) var workOrders: [WorkOrderView]
  public let targets: [TargetView]
  /// What this person can do at this moment.
  public let steps: [String]
  /// What the state allows this person: beside ``steps``, what waits for something else, such as `clear` for the customer's word.
  public internal(set) var allowed: [String] = []
  public let mergedInto: String?
  /// Only in the answer to a report.
  public var possibleDuplicates: [Duplicate]?

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("number", number)
      json.field("kind", kind.rawValue)
      json.field("urgency", urgency.rawValue)
      json.field("channel", channel.rawValue)
      json.field("state", state.rawValue)
      json.field("level", level.rawValue)
      json.field("paused", paused)
      json.field("summary", summary)
      json.field("description", description)
      json.field("harm", harm.rawValue)
      json.field("customer", customer)
      json.field("site", site)
      json.field("equipment", equipment)
      json.field("contact", contact)
      json.field("branch", branch)
      json.field("owner", owner)
      json.field("ownerName", ownerName)
      json.field("policy", policy)
      json.field("reportedAt", reportedAt)
      json.field("version", version)
      json.array("workOrders", workOrders) { $0.value($1) }
      json.array("targets", targets) { $0.value($1) }
      json.array("steps", allowed) { $0.value($1) }
      json.array("possibleSteps", steps) { $0.value($1) }
      json.field("mergedInto", mergedInto)
      if let possibleDuplicates { json.array("possibleDuplicates", possibleDuplicates) { $0.value($1) } }
    }
  }
}

/// A work order as the API shows it: design.md, "WorkOrder".
public struct WorkOrderView: Sendable, JSONWritable {
  public let id, number, request: String
  public let requestNumber: String
  public let state: WorkOrderState
  public let engineer: RequestView.Named
  public let partner: String?
  public let dispatchedAt: Instant
  public let departedAt, arrivedAt, leftAt, handedBackAt: Instant?
  public let version: Int
  /// When the engineer is to be there; nil where nobody said.
  public var plannedAt: Instant?
  public let steps: [String]
  /// Of its case: a phone compares it to learn that the office changed something. Not written out.
  public var requestVersion = 0

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("number", number)
      json.field("request", request)
      json.field("requestNumber", requestNumber)
      json.field("state", state.rawValue)
      json.field("engineer", engineer)
      json.field("partner", partner)
      json.field("dispatchedAt", dispatchedAt)
      json.field("plannedAt", plannedAt)
      json.field("departedAt", departedAt)
      json.field("arrivedAt", arrivedAt)
      json.field("leftAt", leftAt)
      json.field("handedBackAt", handedBackAt)
      json.field("version", version)
      json.array("steps", steps) { $0.value($1) }
    }
  }
}
