public import Domain

/// The inputs of a case, as design.md fixes them.
public enum Shapes {
  /// `POST /requests`.
  public static let report = Shape(
    "ReportRequest",
    [
      Field("kind", words(RequestKind.self), required: true, note: "INT-2"),
      Field("summary", .text(max: 200), required: true),
      Field("contact", .object(person), required: true),
      Field("urgency", words(Urgency.self), note: "INT-8; normal when left out"),
      Field("channel", words(Channel.self), note: "INT-1; api when left out"),
      Field("description", .text(max: 10_000, lines: true)),
      Field("customer", .reference),
      Field("site", .reference),
      Field("equipment", .reference),
      Field("serialNumber", .text(max: 100), note: "Instead of equipment; an unknown one is 422"),
      Field("reportedAt", .instant, note: "Now when left out"),
      Field("harm", words(Harm.self), note: "BEY-2; other than none is told to quality at once"),
    ])

  static let person = Shape(
    "ContactInput", [Field("name", .text(max: 100), required: true), Field("phone", .text(max: 40), required: true)])

  static func words<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> FieldType { .word(type.allCases.map(\.rawValue)) }

  /// Every step takes these too (design.md, "Steps that arrive late").
  static let late = [
    Field("occurredAt", .instant, note: "When it happened; now when left out, at most 2 min ahead"),
    Field("lateReason", .text(max: 500), note: "A manager's reason for a record older than policy allows"),
  ]
}

extension RequestStep {
  /// The fields of `POST /requests/{id}/{step}`.
  public var shape: Shape {
    let contact = Field("contact", .text(max: 100), required: true, note: "A contact's id, or a name")
    let how = Field("how", Shapes.words(Means.self), required: true)
    let reason = Field("reason", .text(max: 500), required: true)
    let fields: [Field] =
      switch self {
      case .accept, .respond, .depart, .arrive, .resume, .signOff: []
      case .leave: []
      case .acknowledge, .agree: [contact, how]
      case .attempt:
        [
          Field("level", Shapes.words(SupportLevel.self), required: true),
          Field("result", Shapes.words(AttemptResult.self), required: true),
          Field("note", .text(max: 2_000, lines: true)),
        ]
      case .locate: [Field("cause", .text(max: 40), required: true, note: "A code of the managed list"), Field("part", .text(max: 100))]
      case .raise: [Field("level", Shapes.words(SupportLevel.self), required: true), reason]
      case .dispatch:
        [
          Field("engineer", .reference, required: true),
          Field("plannedAt", .instant, note: "When the engineer is to be there; not before the dispatch, at most 60 days ahead"),
        ]
      case .handBack, .reject, .reopen, .cancel:
        self == .reject ? [contact, reason] : [reason]
      case .propose: [Field("remedy", .text(max: 2_000, lines: true), required: true)]
      case .remoteStart:
        [
          Field("consent", .text(max: 100), required: true, note: "Who consented: a contact's id, or a name (REM-2)"),
          Field("tool", .text(max: 100), required: true), Field("purpose", .text(max: 500), required: true),
        ]
      case .remoteEnd: [Field("result", Shapes.words(RemoteResult.self), required: true)]
      case .pause:
        [
          Field(
            "reason", .text(max: PauseReason.longest), required: true,
            note: "\(PauseReason.shipped.map(\.rawValue).joined(separator: ", ")), or what the policy of the case adds")
        ]
      case .clear: [Field("cause", .text(max: 40), required: true), Field("remedy", .text(max: 2_000, lines: true), required: true)]
      case .confirm:
        [
          contact, how, Field("signature", .picture(max: 200_000)),
          Field("rating", .integer(1...5), note: "How content they are; 5 is best"),
        ]
      case .standby: [Field("equipment", .reference, required: true, note: "An id or a serial number")]
      case .close: [Field("reason", .text(max: 500), note: "Needed where the customer has not confirmed")]
      case .merge: [Field("into", .reference, required: true), reason]
      case .change:
        [
          Field("urgency", Shapes.words(Urgency.self)), Field("kind", Shapes.words(RequestKind.self)), Field("summary", .text(max: 200)),
          Field("description", .text(max: 10_000, lines: true)), Field("customer", .reference), Field("site", .reference),
          Field("equipment", .reference), Field("harm", Shapes.words(Harm.self)), Field("contact", .object(Shapes.person)),
        ]
      case .comment:
        [
          Field("text", .text(max: 4_000, lines: true), required: true),
          Field("audience", Shapes.words(Audience.self), note: "colleagues when left out; customer: the hospital reads it too"),
        ]
      }
    return Shape("\(name)Request", fields + Shapes.late)
  }

  /// `remote-start` as `RemoteStart`.
  private var name: String {
    rawValue.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}

extension WorkOrderStep {
  /// The fields of `POST /work-orders/{id}/{step}`.
  public var shape: Shape {
    switch self {
    case .depart: Shape("DepartWorkOrder", Shapes.late)
    case .arrive: Shape("ArriveWorkOrder", Shapes.late)
    case .leave: Shape("LeaveWorkOrder", Shapes.late)
    case .handBack: Shape("HandBackWorkOrder", [Field("reason", .text(max: 500), required: true)] + Shapes.late)
    case .record:
      Shape(
        "RecordWork",
        [
          Field("work", .text(max: 4_000, lines: true), note: "What was done (FLT-4)"),
          Field("parts", .list(of: .text(max: 100), max: 50), note: "Parts used"),
          Field(
            "readings",
            .list(
              of: .object(
                Shape(
                  "Reading",
                  [
                    Field("name", .text(max: 100), required: true), Field("value", .text(max: 100), required: true),
                    Field("unit", .text(max: 20)), Field("expected", .text(max: 100)), Field("passed", .bool),
                  ])), max: 100)),
        ] + Shapes.late)
    }
  }
}
