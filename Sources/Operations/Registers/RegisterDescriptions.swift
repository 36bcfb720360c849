import Domain

extension RegisterDescription {
  /// ORG-1.
  static let branches = RegisterDescription(
    .branches, streamKind: "branch",
    fields: [
      RegisterField("code", .text(max: 20), required: true, filter: true, note: "Short and unique, such as YUGAN"),
      RegisterField("name", .text(max: 100), required: true),
      RegisterField("district", .text(max: 100), required: true, filter: true, note: "The county or district it serves"),
      RegisterField("phone", .text(max: 40), note: "The branch's line, not a person's"),
      RegisterField("address", .text(max: 200)),
    ] + RegisterField.place,
    unique: [["code"]])

  /// ORG-4, and the users of partners and hospitals.
  static let staff = RegisterDescription(
    .staff, streamKind: "staff",
    fields: [
      .personal("name", max: 100, required: true),
      RegisterField("role", Shapes.words(Role.self), required: true, filter: true),
      .reference("branch", .branches),
      RegisterField("skills", .list(of: .text(max: 60), max: 50)),
      RegisterField(
        "certificates",
        .list(
          of: .object(
            Shape("Certificate", [Field("name", .text(max: 100), required: true), Field("expires", .date, required: true)])), max: 50)),
      RegisterField("education", .text(max: 100)),
      RegisterField("experienceYears", .integer(0...70)),
      RegisterField("badgeNumber", .text(max: 40), filter: true, note: "工作证, with the photo number"),
      .personal("phone", max: 40),
      .reference("customer", .customers, note: "Whose user it is, for the role hospital (ORG-5)"),
      RegisterField("partner", .text(max: 100), filter: true, note: "Which firm's user it is, for the role partner (ORG-3)"),
    ],
    unique: [["badgeNumber"]])

  /// ORG-5.
  static let customers = RegisterDescription(
    .customers, streamKind: "customer",
    fields: [
      RegisterField("name", .text(max: 200), required: true, filter: true),
      RegisterField("shortName", .text(max: 60)),
      RegisterField("kind", Shapes.words(CustomerKind.self), filter: true, fallback: .text(CustomerKind.hospital.rawValue)),
      RegisterField("district", .text(max: 100), filter: true),
      RegisterField("address", .text(max: 200)),
      .reference("branch", .branches, note: "Who looks after it (ORG-2)"),
      RegisterField("region", .text(max: 60), filter: true, note: "SLA-9"),
      RegisterField("importance", Shapes.words(Importance.self), filter: true, fallback: .text(Importance.normal.rawValue), note: "CAL-4"),
      RegisterField("uscc", .creditCode, filter: true, note: "Unified social credit code, 统一社会信用代码"),
      .pinyin,
      .divisionCode,
    ],
    unique: [["name"], ["uscc"]])

  static let sites = RegisterDescription(
    .sites, streamKind: "site",
    fields: [
      .reference("customer", .customers, required: true),
      RegisterField("name", .text(max: 200), required: true),
      RegisterField("address", .text(max: 200)),
      RegisterField("area", Shapes.words(Area.self), filter: true, fallback: .text(Area.covered.rawValue), note: "SLA-4"),
      RegisterField("district", .text(max: 100), filter: true),
      .pinyin,
      .divisionCode,
    ] + RegisterField.place,
    unique: [["customer", "name"]])

  static let departments = RegisterDescription(
    .departments, streamKind: "department",
    fields: [
      .reference("customer", .customers, required: true),
      .reference("site", .sites),
      RegisterField("name", .text(max: 100), required: true),
      .pinyin,
    ],
    unique: [["customer", "site", "name"]])

  static let contacts = RegisterDescription(
    .contacts, streamKind: "contact",
    fields: [
      .reference("customer", .customers, required: true),
      .reference("site", .sites),
      .reference("department", .departments),
      .personal("name", max: 100, required: true),
      .personal("phone", max: 40, required: true, filter: true),
      .personal("email", max: 200),
      RegisterField("function", Shapes.words(ContactFunction.self), filter: true, fallback: .text(ContactFunction.other.rawValue)),
    ])

  static let models = RegisterDescription(
    .models, streamKind: "model",
    fields: [
      RegisterField("name", .text(max: 100), required: true, filter: true),
      RegisterField("manufacturer", .text(max: 100), required: true, filter: true),
      RegisterField("category", .text(max: 60), required: true, filter: true, note: "DR, biochemistry analyser, ultrasound, …"),
      RegisterField(
        "class", Shapes.words(EquipmentClass.self), filter: true, fallback: .text(EquipmentClass.normal.rawValue), note: "SLA-9"),
      RegisterField("udi", .text(max: 100), filter: true, note: "UDI-DI of the model"),
      RegisterField("warrantyMonths", .integer(12...240), fallback: .integer(Warranty.months), note: "WAR-1: never under 12"),
      .pinyin,
    ],
    unique: [["name"]])

  /// The distribution of machines (产品分布, ORG-2).
  static let equipment = RegisterDescription(
    .equipment, streamKind: "equipment",
    fields: [
      RegisterField("serialNumber", .text(max: 100), required: true, filter: true),
      .reference("model", .models, required: true, nested: true),
      .reference("customer", .customers),
      .reference("site", .sites),
      .reference("department", .departments),
      RegisterField("udi", .text(max: 100), filter: true),
      RegisterField("installedOn", .date),
      RegisterField("acceptedOn", .date, note: "Preliminary or final acceptance"),
      RegisterField(
        "warrantyFrom", Shapes.words(Warranty.Start.self), fallback: .text(Warranty.Start.installation.rawValue),
        note: "WAR-1: acceptance where the contract says so"),
      RegisterField("warrantyMonths", .integer(12...240), note: "Where the contract lengthens the model's (WAR-1)"),
      RegisterField("contract", .text(max: 60), note: "What a policy's `when: {contract: …}` names, such as gold (SLA-9)"),
      RegisterField("state", Shapes.words(EquipmentState.self), filter: true, fallback: .text(EquipmentState.inUse.rawValue)),
    ],
    unique: [["model", "serialNumber"]],
    schema: 2,
    upcast: EquipmentRecorded.upcast)
}

/// `recorded` of a machine: schema 1 kept the warranty in whole years, which a contract of 18 months did not fit.
enum EquipmentRecorded {
  @Sendable static func upcast(_ body: JSONValue, from schema: Int) -> JSONValue {
    guard schema < 2, let members = body.members else { return body }
    return .object(
      members.map { member in
        guard member.name == "warrantyYears" else { return member }
        return JSONValue.Member(name: "warrantyMonths", value: member.value.integer.map { .integer($0 * 12) } ?? .null)
      })
  }
}
