import Domain
import Operations

/// How a register, its fields and their values are called on pages.
struct RegisterWords: Sendable {
  let register: Register
  let wording: Wording

  init(_ register: Register, _ wording: Wording) { (self.register, self.wording) = (register, wording) }

  var name: String { wording.text("register.\(register.rawValue)") }

  /// One of them: 客户, 设备.
  var one: String { wording.text("register-one.\(register.rawValue)") }

  func label(_ field: String) -> String {
    let own = "col.\(register.rawValue).\(field)"
    return wording.text(wording.has(own) ? own : "col.\(field)")
  }

  /// What stands below a field in a form; empty where nothing has to be said.
  func hint(_ field: String) -> String {
    ["col-hint.\(register.rawValue).\(field)", "col-hint.\(field)"].first(where: wording.has).map { wording.text($0) } ?? ""
  }

  func word(_ field: String, _ value: String) -> String {
    field == "role" ? wording.word("role", value) : wording.word("val.\(field)", value)
  }

  /// Colour for what is not as it should be; words say it too.
  static func tone(_ field: String, _ value: String) -> String? {
    switch (field, value) {
    case ("importance", "key"), ("class", "key"): ""
    case ("state", "stopped"): "soon"
    case ("state", "retired"), ("state", "stock"), ("area", "outside"): ""
    default: nil
    }
  }

  static func address(_ register: Register, _ id: String? = nil, _ rest: String = "") -> String {
    "/registers/\(register.rawValue)" + (id.map { "/\(Address.escaped($0))" } ?? "") + rest
  }
}

/// A record as pages read it: its JSON, once.
struct RecordItem: Sendable {
  let register: Register
  let id: String
  let version: Int
  let json: JSONValue

  init(_ register: Register, _ item: RegisterItem) {
    (self.register, id, version) = (register, item.id, item.version)
    json = (try? JSONValue(parsing: item.json)) ?? .null
  }

  func text(_ field: String) -> String? {
    let value = json[field]
    return value?.text ?? value?.integer.map { String($0) }
  }

  /// Id and name of what a reference names.
  func reference(_ field: String) -> (id: String, name: String)? {
    if let nested = json[field], nested.members != nil { return nested["id"]?.text.map { ($0, nested["name"]?.text ?? $0) } }
    return json[field]?.text.map { ($0, json[field + "Name"]?.text ?? $0) }
  }

  var isArchived: Bool { json["archived"] == .bool(true) }
  var isForgotten: Bool { json["forgotten"] == .bool(true) }
  var mergedInto: String? { json["mergedInto"]?.text }

  /// What people call it; empty where it was erased.
  var title: String {
    switch register {
    case .equipment: text("serialNumber") ?? ""
    default: text("name") ?? ""
    }
  }

  var warrantyEnds: CivilDate? { text("warrantyEnds").flatMap { CivilDate(parsing: $0) } }

  struct Certificate: Sendable {
    let name: String
    let expires: CivilDate
  }

  var certificates: [Certificate] {
    (json["certificates"]?.array ?? []).compactMap { entry in
      guard let name = entry["name"]?.text, let day = entry["expires"]?.text.flatMap({ CivilDate(parsing: $0) }) else { return nil }
      return Certificate(name: name, expires: day)
    }
  }
}

/// What runs out on a day: valid, soon over, over (WAR-1, ORG-4).
struct Validity: Sendable {
  /// Time to do something about it: a course for a certificate, a contract for a machine.
  static let soonDays = 60

  let tone: String
  let words: String

  private init(tone: String, words: String) { (self.tone, self.words) = (tone, words) }

  init(ends day: CivilDate, _ kind: String, _ wording: Wording) {
    let left = day.daysSinceEpoch - wording.todayDate.daysSinceEpoch
    (tone, words) =
      switch left {
      // A machine out of warranty is nothing that somebody is late with; a certificate is.
      case ..<0: (kind == "certificate" ? "late" : "", wording.text("\(kind).over", day.description))
      case ...Self.soonDays: ("soon", wording.text("\(kind).soon", String(left), day.description))
      default: ("met", wording.text("\(kind).valid", day.description))
      }
  }

  init(ofCertificates all: [RecordItem.Certificate], _ wording: Wording) {
    guard let first = all.min(by: { $0.expires < $1.expires }) else {
      self.init(tone: "", words: "")
      return
    }
    self.init(ends: first.expires, "certificate", wording)
  }
}
