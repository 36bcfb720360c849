import Domain
import Operations

/// What the phone is answered, in the words of JSON Schema.
extension AnswerSchemas {
  static let myDay = object([
    ("now", instant), ("engineer", named), ("jobs", array(job)), ("hasMore", bool),
    (
      "ended",
      array(
        object([
          ("order", .reference("WorkOrder")), ("customer", string.orNull), ("machine", string.orNull), ("summary", string),
          ("endedAt", instant),
        ]))
    ), ("causes", array(words(CauseCode.self))), ("token", string),
  ])

  static let deviceAnswer = object([("now", instant), ("day", string), ("forget", bool)])
  static let device = object([
    ("id", string), ("staff", named), ("kind", string), ("seenAt", instant), ("unsent", count), ("refused", count),
    ("oldestAt", instant.orNull), ("forgetAt", instant.orNull), ("out", bool), ("silent", bool),
  ])

  private static let job = object([
    ("order", .reference("WorkOrder")), ("request", .reference("Request")), ("plan", array(words(RequestStep.self))),
    ("others", array(words(RequestStep.self))),
    (
      "place",
      object([
        ("customer", string.orNull), ("shortName", string.orNull), ("site", string.orNull), ("department", string.orNull),
        ("address", string.orNull), ("latitude", string.orNull), ("longitude", string.orNull),
      ])
    ), ("machine", jobMachine.orNull), ("cause", string.orNull), ("part", string.orNull), ("remedy", string.orNull), ("agreed", bool),
    ("bring", array(string)),
    (
      "readings",
      array(object([("id", string), ("name", string), ("nameEn", string), ("unit", string), ("expected", string)]))
    ), ("recorded", array(["type": "object"])), ("photos", count),
  ])

  private static let jobMachine = object([
    ("id", string), ("serialNumber", string), ("model", string), ("category", string.orNull),
    (
      "history",
      array(
        object([
          ("number", string), ("summary", string), ("reportedAt", instant), ("state", words(RequestState.self)), ("cause", string.orNull),
          ("part", string.orNull), ("remedy", string.orNull), ("byName", string.orNull),
        ]))
    ),
  ])
}
