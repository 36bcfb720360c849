import Domain
import Operations

/// What the interface answers, in the words of JSON Schema. A test compares it with what is served.
enum AnswerSchemas {
  static let all: [(String, JSON)] =
    [
      ("Request", request), ("ReportedRequest", reported), ("RequestList", list(of: "Request")),
      ("WorkOrder", workOrder), ("WorkOrderList", list(of: "WorkOrder")), ("Target", target),
      ("Message", message), ("MessageList", list(of: "Message")), ("JournalItem", journalItem), ("JournalList", list(of: "JournalItem")),
      ("Notice", notice), ("NoticeList", list(of: "Notice")), ("Shift", shift), ("ShiftList", list(of: "Shift")),
      ("Inbound", inbound), ("InboundList", list(of: "Inbound")),
      ("File", file), ("Upload", upload), ("Attachment", attachment), ("AttachmentList", list(of: "Attachment")),
      ("SearchResult", searchResult), ("DeskDraft", deskDraft), ("DeskDraftList", list(of: "DeskDraft")), ("Me", me), ("Problem", problem),
      ("MergeReport", mergeReport), ("OnTime", onTime),
      ("MyDay", myDay), ("DeviceAnswer", deviceAnswer), ("Device", device), ("DeviceList", list(of: "Device")),
      ("OutboxMessage", outboxMessage), ("OutboxList", list(of: "OutboxMessage")), ("NoticeSetting", noticeSetting),
      ("Announcement", announcement), ("AnnouncementList", list(of: "Announcement")),
      ("ExpectedFiles", object([("missing", count)])),
    ]
    + Register.allCases.flatMap {
      [($0.description.singular, $0.schema), ("\($0.description.singular)List", list(of: $0.description.singular))]
    }

  static let string: JSON = ["type": "string"]
  static let instant: JSON = ["type": "string", "format": "date-time"]
  static let count: JSON = ["type": "integer", "minimum": 0]
  static let whole: JSON = ["type": "integer"]
  static let bool: JSON = ["type": "boolean"]

  static func words<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> JSON {
    ["type": "string", "enum": .array(Word.allCases.map { .text($0.rawValue) })]
  }

  /// All members stand in every answer, null where there is nothing; `optional` ones may be missing.
  static func object(_ members: [(String, JSON)], optional: [(String, JSON)] = []) -> JSON {
    [
      "type": "object", "required": .array(members.map { .text($0.0) }), "properties": .object(members + optional),
      "additionalProperties": false,
    ]
  }

  static func array(_ items: JSON) -> JSON { ["type": "array", "items": items] }

  static func list(of name: String) -> JSON {
    object([("items", array(.reference(name))), ("next", ["type": ["string", "null"], "pattern": "^[A-Za-z0-9_-]+$"])])
  }

  static let inbound = object([
    ("id", string), ("channel", string), ("state", words(InboundState.self)), ("reason", string.orNull), ("sender", string.orNull),
    ("senderName", string.orNull), ("subject", string.orNull), ("request", string.orNull), ("requestNumber", string.orNull),
    ("isKept", bool), ("receivedAt", instant), ("decidedAt", instant.orNull),
  ])

  static let deskDraft = object([
    ("id", string), ("changedAt", instant), ("fields", ["type": "object", "additionalProperties": ["type": "string"]]),
  ])

  static let named = object([("id", string), ("name", string)])

  static let requestMembers: [(String, JSON)] = [
    ("id", string), ("number", string), ("kind", words(RequestKind.self)), ("urgency", words(Urgency.self)),
    ("channel", words(Channel.self)), ("state", words(RequestState.self)), ("level", words(SupportLevel.self)), ("paused", bool),
    ("summary", string), ("description", string.orNull), ("harm", words(Harm.self)), ("customer", named.orNull), ("site", string.orNull),
    (
      "equipment",
      object([
        ("id", string), ("serialNumber", string), ("model", string), ("warrantyEnds", ["type": ["string", "null"], "format": "date"]),
      ])
      .orNull
    ),
    ("contact", object([("id", string.orNull), ("name", string.orNull), ("phone", string.orNull)])), ("branch", string.orNull),
    ("owner", string.orNull), ("ownerName", string.orNull), ("policy", string), ("reportedAt", instant), ("version", count),
    ("workOrders", array(.reference("WorkOrder"))), ("targets", array(.reference("Target"))), ("steps", array(words(RequestStep.self))),
    ("possibleSteps", array(words(RequestStep.self))),
    ("mergedInto", string.orNull),
  ]
  static let request = object(requestMembers)
  static let reported = object(
    requestMembers,
    optional: [("possibleDuplicates", array(object([("id", string), ("number", string), ("summary", string)])))])

  static let target = object([
    ("id", string), ("clause", string.orNull), ("name", string.orNull), ("nameEn", string.orNull), ("owner", string.orNull),
    ("start", instant), ("due", instant), ("state", words(TargetReading.State.self)), ("metAt", instant.orNull), ("usedSeconds", whole),
    ("pausedSeconds", whole), ("provisional", bool),
  ])

  static let workOrder = object([
    ("id", string), ("number", string), ("request", string), ("requestNumber", string), ("state", words(WorkOrderState.self)),
    ("engineer", named), ("partner", string.orNull), ("dispatchedAt", instant), ("plannedAt", instant.orNull),
    ("departedAt", instant.orNull),
    ("arrivedAt", instant.orNull), ("leftAt", instant.orNull), ("handedBackAt", instant.orNull), ("version", count),
    ("steps", array(words(WorkOrderStep.self))),
  ])

  static let journalItem = object([
    ("position", whole), ("stream", string), ("version", count), ("event", string), ("schema", whole), ("occurredAt", instant),
    ("recordedAt", instant), ("actor", string), ("actorName", string.orNull), ("behalf", string.orNull), ("device", string.orNull),
    ("data", ["type": "object"]), ("body", string), ("previousHash", string), ("hash", ["type": "string", "pattern": "^[0-9a-f]{64}$"]),
  ])

  static let message = object([
    ("version", count), ("at", instant), ("text", string), ("fromHospital", bool), ("author", string.orNull),
  ])

  static let notice = object([
    ("id", string), ("role", words(Role.self)), ("kind", string), ("stream", string), ("number", string), ("created", instant),
    ("seenBy", string.orNull), ("seenAt", instant.orNull), ("target", string.orNull), ("place", count.orNull), ("due", instant.orNull),
    ("note", string.orNull),
  ])

  /// A shift of the roster (SLA-8).
  static let shift = object([
    ("id", string), ("staff", string), ("name", string), ("role", words(Role.self)), ("branch", string.orNull), ("from", instant),
    ("to", instant),
  ])

  static let searchResult = object([
    (
      "items",
      array(
        object(
          [("type", string), ("id", string), ("number", string.orNull), ("title", string), ("snippet", string.orNull)],
          optional: [("archived", bool)]))
    ), ("more", bool),
  ])

  static let sha256: JSON = ["type": "string", "pattern": "^[0-9a-f]{64}$"]
  private static let pictureSize = [("width", whole.orNull), ("height", whole.orNull), ("pages", whole.orNull), ("preview", bool)]

  static let file = object([("id", string), ("name", string), ("type", string), ("size", count), ("sha256", sha256)] + pictureSize)

  static let upload = object([
    ("id", string), ("name", string), ("size", count), ("sha256", string.orNull), ("offset", count),
    ("file", JSON.reference("File").orNull),
  ])

  static let attachment = object(
    [
      ("id", string), ("request", string), ("requestNumber", string), ("file", string), ("name", string.orNull), ("type", string),
      ("size", count), ("sha256", sha256),
    ] + pictureSize + [
      ("note", string.orNull), ("internal", bool), ("paper", string.orNull), ("code", string.orNull), ("attachedAt", instant),
      ("actor", string), ("actorName", string.orNull), ("erasedAt", instant.orNull), ("erasedReason", string.orNull),
    ], optional: [("sharedWith", array(string))])

  private static let onTimeCount = [("met", count), ("missed", count), ("permille", count.orNull)]
  static let onTime = object([
    ("from", string), ("to", string), ("by", words(OnTimeGroup.self)), ("asOf", instant), ("total", object(onTimeCount)),
    ("rows", array(object([("id", string), ("name", string), ("nameEn", string)] + onTimeCount))),
  ])

  private static let counts = array(object([("register", words(Register.self)), ("count", count)]))
  private static let nameable = object([("id", string), ("name", string.orNull)])
  static let mergeReport = object([
    ("dryRun", bool), ("version", count), ("from", nameable), ("into", nameable), ("moves", counts), ("joins", counts), ("cases", count),
    ("openCases", count), ("differs", array(object([("field", string), ("from", string.orNull), ("into", string.orNull)]))),
  ])
  static let absorbed = array(
    object([
      ("id", string), ("name", string.orNull), ("at", instant.orNull), ("by", string.orNull), ("byName", string.orNull),
      ("reason", string.orNull),
    ]))

  static let me = object([
    ("id", string.orNull), ("name", string), ("role", words(Role.self)), ("branch", string.orNull), ("customer", string.orNull),
    ("partner", string.orNull),
    ("rights", ["type": "object", "additionalProperties": ["type": "string", "enum": ["involved", "customer", "all"]]]),
  ])

  static let problem = object(
    [("type", string), ("title", string), ("status", whole), ("detail", string), ("code", string)],
    optional: [
      ("errors", array(object([("field", string), ("message", string)], optional: [("code", string)]))), ("state", string),
      ("steps", array(string)), ("id", string), ("offset", whole),
    ])
}

extension Register {
  /// A record as reads show it, by its description.
  var schema: JSON {
    var members: [(String, JSON)] = [("id", AnswerSchemas.string)]
    for field in description.fields {
      switch field.storage {
      case .reference where field.isNested:
        members.append((field.name, AnswerSchemas.object([("id", AnswerSchemas.string), ("name", AnswerSchemas.string.orNull)]).orNull))
      case .reference:
        members.append((field.name, AnswerSchemas.string.orNull))
        members.append((field.name + "Name", AnswerSchemas.string.orNull))
      case .plain, .personal: members.append((field.name, field.field.type.shown))
      }
    }
    if self == .equipment { members.append(("warrantyEnds", ["type": ["string", "null"], "format": "date"])) }
    if description.isPersonal { members.append(("forgotten", AnswerSchemas.bool)) }
    if description.isMergeable { members.append(("mergedInto", AnswerSchemas.string.orNull)) }
    members += [("archived", AnswerSchemas.bool), ("version", AnswerSchemas.count)]
    if description.isMergeable { members.append(("absorbed", AnswerSchemas.absorbed)) }
    return AnswerSchemas.object(members)
  }
}

extension FieldType {
  /// What comes back; null where nothing was given.
  fileprivate var shown: JSON {
    switch self {
    case .text, .reference, .creditCode, .divisionCode, .degrees, .picture: AnswerSchemas.string.orNull
    case .word, .instant, .date: schema.orNull
    case .integer: AnswerSchemas.whole.orNull
    case .bool: AnswerSchemas.bool.orNull
    case .object: ["type": ["object", "null"]]
    case .list(let element, _):
      if case .object(let shape) = element {
        AnswerSchemas.array(
          AnswerSchemas.object(
            shape.fields.filter(\.required).map { ($0.name, $0.type.shown) },
            optional: shape.fields.filter { !$0.required }.map { ($0.name, $0.type.shown) }))
      } else {
        AnswerSchemas.array(element.schema)
      }
    }
  }
}
