import Domain
import Operations

/// One find on two lines: what it is, what a call taker asks next, and a word of its state.
struct DeskHit: PageValue {
  let address, title, sub: String
  let tag, tone: String
  /// At the right, in plain ink.
  var note = ""
  var isHere = false
  let pieces: [Piece]

  struct Piece: PageValue {
    let words: String
    let isMark: Bool

    func child(named: String) -> Any? {
      switch named {
      case "pieceWords": words
      case "isMark": isMark
      default: nil
      }
    }
  }

  private init(_ address: String, _ title: String, sub: [String?], sought: String, tag: String = "", tone: String = "plain") {
    (self.address, self.title, self.tag, self.tone) = (address, title, tag, tone)
    self.sub = sub.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · ")
    pieces = SearchMarks.pieces(of: title, for: sought).map { Piece(words: $0.text, isMark: $0.isMark) }
  }

  init(_ machine: DeskFound.Machine, _ sought: String, _ address: DeskAddress, _ chosen: String, _ wording: Wording, isOwn: Bool = false) {
    let warranty = DeskWords.warranty(machine, wording)
    self.init(
      address.with("equipment", machine.id).text,
      [isOwn ? nil : machine.customer, machine.model].compactMap { $0 }.joined(separator: " · "),
      sub: [machine.place, machine.serialNumber, machine.archived ? wording.text("desk.archived") : nil], sought: sought,
      tag: machine.openCases > 0
        ? wording.text("desk.open-tag", String(machine.openCases))
        : machine.state == .inUse ? warranty.tag : wording.word("machine-state", machine.state.rawValue),
      tone: machine.openCases > 0 ? "soon" : machine.state == .inUse ? warranty.tone : "plain")
    isHere = machine.id == chosen
  }

  init(_ customer: DeskFound.Customer, _ sought: String, _ address: DeskAddress, _ chosen: String, _ wording: Wording) {
    self.init(address.with("customer", customer.id).text, customer.name, sub: [customer.address], sought: sought)
    note = wording.text("desk.machines", String(customer.machines))
    isHere = customer.id == chosen
  }

  init(_ contact: DeskFound.Contact, _ sought: String, _ address: DeskAddress, _ wording: Wording) {
    self.init(
      DeskContactRow(contact, address, wording).address, contact.name,
      sub: [contact.customer, contact.department, wording.word("function", contact.function.rawValue)], sought: sought)
    note = DeskWords.phone(contact.phone)
  }

  init(_ one: DeskFound.Case, _ sought: String, _ address: DeskAddress, _ wording: Wording) {
    self.init(
      address.with("case", one.number).text, "\(DeskWords.short(one.number)) · \(one.summary)", sub: [one.customer, one.model],
      sought: sought,
      tag: wording.word("state", one.state.rawValue))
  }

  init(_ way: SolvedCases.Way, _ sought: String, _ wording: Wording) {
    self.init("/requests/\(Address.escaped(way.number))", way.summary, sub: DeskWords.how(way, wording), sought: sought)
    note = way.count > 1 ? wording.text("desk.times", String(way.count)) : ""
  }

  func child(named: String) -> Any? {
    switch named {
    case "hitAddress": address
    case "pieces": pieces
    case "hitSub": sub
    case "hitTag": tag.isEmpty ? false : tag
    case "hitTone": tone
    case "hitNote": note.isEmpty ? false : note
    case "isHere": isHere
    default: nil
    }
  }
}

/// How the desk says things.
enum DeskWords {
  /// `1123-0042`: the year stands in the full number.
  static func short(_ number: String) -> String {
    number.hasPrefix("SR-20") && number.utf8.count > 12 ? String(number.dropFirst(7)) : number
  }

  static func warranty(_ machine: DeskFound.Machine, _ wording: Wording) -> (tag: String, tone: String, days: String, until: String) {
    guard let ends = machine.warrantyEnds else {
      return (wording.text("desk.warranty.unknown"), "plain", wording.text("desk.warranty.unknown"), wording.text("desk.warranty.no-date"))
    }
    let left = ends.daysSinceEpoch - wording.todayDate.daysSinceEpoch
    if left < 0 {
      return (
        wording.text("desk.warranty.over"), "soon", wording.text("desk.warranty.over"),
        wording.text("desk.warranty.ended", wording.date(ends))
      )
    }
    return (
      wording.text("desk.warranty.in"), "met", wording.text("desk.warranty.left", String(left)),
      wording.text("desk.warranty.until", wording.date(ends))
    )
  }

  static func how(_ way: SolvedCases.Way, _ wording: Wording) -> [String?] {
    [
      way.byPhone ? wording.text("desk.by-phone", way.remedy) : way.remedy,
      way.seconds > 0
        ? wording.text(way.count > 1 ? "desk.took-average" : "desk.took", wording.duration(milliseconds: way.seconds * 1_000)) : nil,
    ]
  }

  /// `139 0000 2716`: a mobile number as people read it out.
  static func phone(_ number: String) -> String {
    guard number.utf8.count == 11, number.hasPrefix("1"), number.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return number }
    return "\(number.prefix(3)) \(number.dropFirst(3).prefix(4)) \(number.dropFirst(7))"
  }
}

/// A person of a hospital: with a link that makes them who is calling.
struct DeskContactRow: PageValue {
  let contact: DeskFound.Contact
  let address: String
  let wording: Wording
  var isCaller = false

  init(_ contact: DeskFound.Contact, _ address: DeskAddress, _ wording: Wording) {
    (self.contact, self.wording) = (contact, wording)
    self.address = address.with("customer", contact.customerID ?? "").with("contact", contact.id).text
  }

  init(_ contact: DeskFound.Contact, on address: DeskAddress, isCaller: Bool, _ wording: Wording) {
    (self.contact, self.wording, self.isCaller) = (contact, wording, isCaller)
    self.address = address.with("contact", contact.id).text
  }

  func child(named: String) -> Any? {
    switch named {
    case "contactName": contact.name
    case "contactPhone": DeskWords.phone(contact.phone)
    case "contactNumber": contact.phone
    case "contactDo": wording.word("function", contact.function.rawValue)
    case "contactAt": [contact.customer, contact.department].compactMap { $0 }.joined(separator: " · ")
    case "contactOf": contact.department ?? ""
    case "contactAddress": address
    case "isCaller": isCaller
    default: nil
    }
  }
}
