import Domain
import Testing

@testable import Operations
@testable import Web

@Suite struct DeskPageTests {
  let pages: Pages

  init() throws { pages = try Pages() }

  @Test(arguments: Language.allCases)
  func `the desk renders whole in every state`(_ language: Language) {
    for page in DeskSamples.all(language) {
      let text = pages.desk(page)
      PageCheck.expectWhole(text, language)
      #expect(text.firstMatch(of: /[>"\s](desk|function|machine-state)\.[a-z.-]+[<"\s]/) == nil)
      #expect(text.contains(#"id="find""#) && text.contains(#"id="found""#) && text.contains(#"id="card""#))
    }
    #expect(pages.deskFound(DeskSamples.full(language)).contains(#"<section class="panel hits" id="found""#))
  }

  @Test func `whatever people typed is shown, and never runs`() {
    for page in DeskSamples.all(.zh) {
      let text = pages.desk(page) + pages.deskFound(page)
      #expect(!text.contains("<script>") && !text.contains("\"><b>"))
    }
    #expect(pages.desk(DeskSamples.full(.zh)).contains("无图像&lt;script&gt;"))
  }

  @Test func `the number is read back digit by digit, 幺 for 1, with three promises (INT-5)`() {
    var page = DeskPage(frame: PageSamples.frame(.zh))
    page.taken = DeskReadback(
      view: PageSamples.view(
        .accepted,
        targets: [("respond", 7_200), ("dispatch", 3_600), ("on-site", 86_400)].map {
          PageSamples.target($0.0, from: PageSamples.now, $0.1, .running)
        }))
    let text = pages.desk(page)
    #expect(text.contains("<ruby>1<rt>幺</rt></ruby><ruby>1<rt>幺</rt></ruby><ruby>2<rt>二</rt></ruby><ruby>3<rt>三</rt></ruby>"))
    #expect(text.contains("SR-20261123-0042, 幺 幺 二 三 零 零 四 二"))
    #expect(text.contains("<b>11:42 前</b><span>派工程师</span>"))
    #expect(text.prefix(upTo: text.firstRange(of: "<dialog")!.lowerBound).matches(of: /class="btn pri"/).count == 1, "one next step")
    #expect(text.contains(#"id="next-call" autofocus"#))
    page.taken?.isAgain = true
    #expect(pages.desk(page).contains("还是这个号"))
  }

  @Test func `what the form asks beyond a case's fields stands in its description, and is read back from there (INT-7)`() {
    for language in Language.allCases {
      let wording = PageSamples.frame(language).wording
      var note = DeskNote()
      (note.scope, note.tries, note.place, note.said) = ("slow", ["restart", "cable"], "急诊 移动 DR", "开机要十分钟。\n昨天开始")
      let description = note.description(wording)
      let read = DeskNote(description: description, summary: note.summary)
      #expect(
        [read.scope, read.place, read.said] + read.tries == [note.scope, note.place, note.said] + note.tries, "\(description ?? "")")
    }
    var plain = DeskNote()
    plain.said = "坏了"
    #expect(plain.description(PageSamples.frame(.zh).wording) == nil && plain.summary == "坏了")
    #expect(DeskNote(description: nil, summary: "坏了").said == "坏了")
    plain.said = String(repeating: "长", count: 30) + "。" + String(repeating: "长", count: 90)
    #expect(plain.summary == String(repeating: "长", count: 30))
  }

  @Test func `a list shows why it found something, also by initials`() {
    func marked(_ text: String, _ sought: String) -> [String] { SearchMarks.pieces(of: text, for: sought).filter(\.isMark).map(\.text) }
    #expect(marked("余干县人民医院 · DR DX-560", "yg dr") == ["余干", "DR"])
    #expect(marked("余干县人民医院", "renminy") == ["人民医"])
    #expect(marked("余干县人民医院", "人民") == ["人民"])
    #expect(marked("余干县人民医院", "zz").isEmpty)
    #expect(SearchMarks.pieces(of: "余干县", for: "gan").map(\.text) == ["余", "干", "县"])
  }
}

/// The desk with something in every place, and with nothing.
enum DeskSamples {
  static let evil = PageSamples.evil

  static func machine(_ open: Int = 2) -> DeskFound.Machine {
    DeskFound.Machine(
      id: "e", serialNumber: evil, model: evil, customerID: "c", customer: evil, place: evil, siteID: nil, departmentID: nil,
      warrantyEnds: CivilDate(daysSinceEpoch: 21_000), installedOn: nil, acceptedOn: CivilDate(daysSinceEpoch: 20_500), state: .stopped,
      isKey: true,
      openCases: open, archived: true)
  }

  static let customer = DeskFound.Customer(id: "c", name: evil, address: evil, machines: 3, archived: false)
  static let contact = DeskFound.Contact(
    id: "p", name: evil, phone: "13900002716", function: .mainUser, customerID: "c", customer: evil, department: evil, siteID: nil,
    departmentID: nil)
  static let open = DeskFound.Case(
    id: "r", number: "SR-20261122-0039", summary: evil, customerID: "c", customer: evil, equipmentID: "e", model: evil, state: .working,
    reportedAt: PageSamples.now, isHarm: true)
  static let way = SolvedCases.Way(
    number: "SR-20261101-0001", summary: evil, remedy: evil, cause: "hardware", count: 5, seconds: 3_120, byPhone: true)

  static func found() -> DeskFound {
    var found = DeskFound()
    (found.machines, found.customers, found.contacts) = ([machine(), machine(0)], [customer], [contact])
    (found.open, found.solved, found.more, found.caller) = ([open], [way], true, contact)
    return found
  }

  static func full(_ language: Language) -> DeskPage {
    var page = DeskPage(frame: PageSamples.frame(language), find: evil, found: found())
    var similar = SolvedCases()
    (similar.ways, similar.tried, similar.helped, similar.advice) = ([way], 7, 2, evil)
    let card = DeskMachine(
      machine: machine(), open: [open],
      repairs: [DeskMachine.Repair(number: "SR-20261001-0001", summary: evil, remedy: evil, reportedAt: PageSamples.now, engineer: nil)],
      repairCount: DeskMachine.repairLimit, contacts: [contact],
      promises: [DeskMachine.Promise(id: "on-site", name: .init(zh: "到场", en: "On site"), seconds: 86_400)], similar: similar)
    page.card = .machine(card)
    page.form.choose(card, nil)
    page.form.values.merge(["name": evil, "phone": "13900002716", "said": evil, "harm": "suspected", "triedRestart": "1"]) { $1 }
    page.form.problems = ["name": evil, "phone": evil, "said": evil, "scope": evil, "join": evil, "equipment": evil]
    (page.form.message, page.form.draftOf, page.form.key) = (evil, PageSamples.now, "k")
    return page
  }

  static func all(_ language: Language) -> [DeskPage] {
    let empty = DeskPage(frame: PageSamples.frame(language))
    var nothing = empty
    (nothing.find, nothing.found, nothing.form.otherDraft) = ("x", DeskFound(), "d")
    var customer = full(language)
    customer.card = .customer(
      DeskCustomer(customer: Self.customer, branch: evil, isKey: true, machines: [machine()], contacts: [contact], open: [open]))
    var bare = customer
    bare.card = .customer(DeskCustomer(customer: Self.customer, branch: nil, isKey: false, machines: [], contacts: [], open: []))
    bare.mayRegister = false
    var new = full(language)
    new.card = .new(
      DeskNew(
        what: .customer, values: ["name": evil, "branch": "b"], problems: ["name": evil], message: evil, alike: found(),
        branches: [NamedThing(id: "b", name: evil)], key: "k"))
    var newMachine = full(language)
    newMachine.card = .new(DeskNew(what: .machine, customer: NamedThing(id: "c", name: evil), models: [NamedThing(id: "m", name: evil)]))
    var lost = full(language)
    lost.card = .new(DeskNew(what: .machine))
    var taken = full(language)
    taken.taken = DeskReadback(view: PageSamples.view(.accepted))
    var bareTaken = empty
    bareTaken.taken = DeskReadback(view: PageSamples.view(.reported, bare: true), isAgain: true)
    var correcting = full(language)
    correcting.form = DeskForm(correcting: PageSamples.view(.accepted), key: "k")
    return [empty, nothing, full(language), customer, bare, new, newMachine, lost, taken, bareTaken, correcting]
  }
}
