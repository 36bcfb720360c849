import Domain
import Testing

@testable import Operations
@testable import Web

/// The pages of the registers, without a database.
@Suite struct RegisterPageTests {
  let pages: Pages

  init() throws { pages = try Pages() }

  static let evil = PageSamples.evil

  /// A record with something in every field, all of it hostile where people type.
  static func item(_ register: Register, archived: Bool = false, merged: Bool = false) -> RegisterItem {
    var json = JSONWriter()
    json.object { json in
      json.field("id", "r-1")
      for field in register.description.fields {
        switch (field.storage, field.field.type) {
        case (.reference, _) where field.isNested: json.field(field.name, raw: #"{"id":"x","name":"<b>"}"#)
        case (.reference, _):
          json.field(field.name, "x")
          json.field(field.name + "Name", evil)
        case (_, .word(let words)): json.field(field.name, words[0])
        case (_, .date): json.field(field.name, "2025-03-01")
        case (_, .integer): json.field(field.name, 24)
        case (_, .list(of: .object, _)):
          json.field(field.name, raw: #"[{"name":"<i>","expires":"2026-12-01"},{"name":"b","expires":"2020-01-01"}]"#)
        case (_, .list): json.field(field.name, raw: #"["<i>"]"#)
        default: json.field(field.name, evil)
        }
      }
      json.field("warrantyEnds", "2027-03-01")
      json.field("forgotten", raw: "false")
      json.field("archived", raw: archived ? "true" : "false")
      json.field("mergedInto", merged ? "r-2" : nil)
      json.field(
        "absorbed", raw: merged ? "[]" : #"[{"id":"o","name":"<old>","at":"2026-11-01T00:00:00.000Z","byName":"刘","reason":"<why>"}]"#)
      json.field("version", 3)
    }
    return RegisterItem(id: "r-1", version: 3, json: json.text)
  }

  static let changes: [RegisterChange] = [
    "recorded", "archived", "restored", "forgotten", "merged", "absorbed", "redirected", "unmerged", "released", "moved", "returned",
  ].enumerated().map { index, event in
    RegisterChange(
      position: Int64(index), event: event, version: index + 2, at: PageSamples.now, actor: "staff:s", actorName: index == 0 ? nil : evil,
      fields: [.init(name: "name", from: .text(evil), to: index == 1 ? .none : .erased)], other: ("o", evil), reason: evil,
      isAbsorbed: index == 3)
  }

  private func record(_ register: Register, _ language: Language, _ change: (inout RecordPage) -> Void = { _ in }) -> String {
    let item = RecordItem(register, Self.item(register))
    var page = RecordPage(frame: PageSamples.frame(language), item: item)
    page.rights = .init(write: true, merge: true, account: true, label: true)
    page.panels = RecordPanels.of(register).map {
      RecordPanels.panel($0, of: item, Page(items: [Self.item($0.register)], next: "n"), mayWrite: true, page.frame.wording)
    }
    page.cases = [PageSamples.view()]
    page.changes = Self.changes
    (page.changesGoOn, page.formKey) = (true, "k")
    change(&page)
    return pages.render("record", page.frame, "t", "record", page.values())
  }

  @Test(arguments: Language.allCases, Register.allCases)
  func `a list, a record and its form render whole in both languages, and nothing typed runs`(_ language: Language, _ register: Register) {
    let frame = PageSamples.frame(language)
    var list = RegisterListPage(
      frame: frame, register: register, page: Page(items: [Self.item(register), Self.item(register, archived: true)], next: "n"))
    (list.count, list.mayWrite, list.mayExport, list.isFollowing) = (1_000, true, true, true)
    list.filters.values = ["customer": "x", "kind": "hospital"].filter { register.description.filters.contains($0.key) }
    list.names = ["customer": Self.evil]
    list.branches = [NamedThing(id: "b", name: Self.evil)]
    var empty = RegisterListPage(frame: frame, register: register, page: Page(items: [], next: nil))
    empty.mayWrite = true
    var sought = empty
    sought.filters.find = Self.evil
    var texts = [list, empty, sought].map { pages.render("register", frame, "t", "records", $0.values()) }
    texts.append(record(register, language))
    texts.append(
      record(register, language) {
        $0.item = RecordItem(register, Self.item(register, archived: true)); $0.done = "archived"
      })
    texts.append(
      record(register, language) {
        $0.item = RecordItem(register, Self.item(register, archived: true, merged: true)); $0.problem = Self.evil
      })
    let item = RecordItem(register, Self.item(register))
    var form = RecordFormPage(frame: frame, form: RecordForm(item), item: item, key: "k", version: 3)
    texts.append(pages.render("record-form", frame, "t", "record-form", form.values()))
    form.form.problems = Dictionary(uniqueKeysWithValues: register.description.fields.map { ($0.name, Self.evil) })
    form.form.meant = ["customer": [Choice(value: "x", words: Self.evil)]]
    (form.alike, form.problem, form.conflictBy) = ([item], Self.evil, Self.evil)
    form.conflict = [.init(label: "l", was: Self.evil, theirs: Self.evil, mine: Self.evil, isBoth: true)]
    texts.append(pages.render("record-form", frame, "t", "record-form", form.values()))
    form.item = nil
    texts.append(pages.render("record-form", frame, "t", "record-form", form.values()))
    for text in texts {
      PageCheck.expectWhole(text, language)
      #expect(!text.contains("<script>alert") && !text.contains("<i>") && !text.contains("<old>"))
      let keys = text.matches(
        of: /[>"\s](col|col-hint|val|record|records|register|register-one|history|form|merge|warranty|certificate|users)\.[a-z-]+[<"\s]/)
      #expect(keys.isEmpty, "\(keys.map { $0.output.0 })")
    }
  }

  @Test(arguments: Language.allCases)
  func `the overview and a merge render whole`(_ language: Language) throws {
    let frame = PageSamples.frame(language)
    let overview = RegistersPage(frame: frame, entries: RegisterList.order.map { .init(register: $0, count: 1_000, mayWrite: true) })
    PageCheck.expectWhole(pages.render("registers", frame, "t", "records", overview.values()), language)
    var merge = MergePage(frame: frame, item: RecordItem(.customers, Self.item(.customers)), form: MergePage.form(.customers))
    merge.form.typed = ["into": Self.evil, "reason": Self.evil]
    merge.form.problems = ["into": "p", "reason": "p"]
    merge.form.meant = ["into": [Choice(value: "x", words: Self.evil)]]
    merge.preview = try JSONValue(
      parsing: """
        {"into":{"id":"i","name":"<b>"},"moves":[{"register":"sites","count":2}],"joins":[{"register":"sites","count":1}],"cases":3,"openCases":1,
        "differs":[{"field":"name","from":"<b>","into":null},{"field":"kind","from":"hospital","into":"clinic"}]}
        """)
    let text = pages.render("record-merge", frame, "t", "record", merge.values())
    PageCheck.expectWhole(text, language)
    #expect(!text.contains("<b>&") && text.contains("&lt;b&gt;"))
  }

  @Test(arguments: Language.allCases)
  func `every register, field and word is said in words`(_ language: Language) {
    let texts = Catalogue.of(language).texts, wording = Wording(language, now: PageSamples.now, offsetSeconds: 28_800)
    for register in Register.allCases {
      let words = RegisterWords(register, wording), name = register.rawValue
      for key in [
        "register.\(name)", "register.\(name).about", "register.\(name).new", "register-one.\(name)", "record.no.\(name)",
        "record.archive-what.\(name)",
      ] {
        #expect(texts[key] != nil, "\(key)")
      }
      for field in register.description.fields.map(\.name) + RegisterColumn.all(of: register).map(\.name) {
        #expect(!words.label(field).hasPrefix("col."), "\(name) \(field)")
      }
      for field in register.description.fields {
        guard case .word(let list) = field.field.type else { continue }
        for word in list where language == .zh { #expect(words.word(field.name, word) != word, "\(name) \(field.name) \(word)") }
      }
      #expect(RegisterColumn.all(of: register).allSatisfy { $0.name != "place" || register.description.field("site") != nil })
    }
  }

  @Test func `a certificate is amber 60 days before it ends and red after; a machine out of warranty is no alarm (ORG-4, WAR-1)`() {
    let wording = PageSamples.frame(.zh).wording
    func tone(_ days: Int, _ kind: String) -> String {
      Validity(ends: CivilDate(daysSinceEpoch: wording.todayDate.daysSinceEpoch + days), kind, wording).tone
    }
    #expect([-1, 0, 60, 61].map { tone($0, "certificate") } == ["late", "soon", "soon", "met"])
    #expect([-1, 0, 60, 61].map { tone($0, "warranty") } == ["", "soon", "soon", "met"])
  }
}

/// Pages of imports and accounts.
@Suite struct RegisterToolPageTests {
  static let evil = PageSamples.evil

  private static func job(_ state: ImportJob.State, _ report: String?) throws -> ImportJob {
    try ImportJob(state: state, name: evil, kind: .customers, lines: 3, report: report, at: PageSamples.now)
  }

  @Test(arguments: Language.allCases)
  func `every state of an import renders whole, and nothing of the file runs`(_ language: Language) throws {
    let pages = try Pages(), frame = PageSamples.frame(language)
    let report = """
      {"lines":3,"badLines":1,"added":1,"changed":1,"same":0,"before":1,"headings":["<i>"],
      "rows":[{"line":2,"outcome":"bad","cells":["<script>alert(1)</script>"],"problems":[{"column":0,"field":"name","english":"<i>","chinese":"<i>"},
      {"field":"uscc","english":"<i>","chinese":"<i>"}]},{"line":3,"outcome":"new","cells":[],"problems":[]}],
      "notes":[{"line":4,"english":"<i>","chinese":"<i>"}]}
      """
    let failure =
      #"{"lines":0,"badLines":0,"added":0,"changed":0,"same":0,"before":0,"headings":[],"rows":[],"notes":[],"failure":"#
      + #"{"code":"import.workbook","message":"m","arguments":[],"category":"invalid","fields":[],"steps":[],"replayed":false}}"#
    var texts: [String] = []
    for state in ImportJob.State.allCases {
      let job = try Self.job(state, state == .failed ? failure : state.isUnderWay ? nil : report)
      var page = ImportJobPage(frame: frame, register: .customers, job: job)
      page.problem = Self.evil
      texts.append(pages.render("register-import-job", frame, "t", "record-import", page.values()))
      var list = ImportPage(frame: frame, register: .customers, jobs: [job], token: "t")
      list.problem = Self.evil
      texts.append(pages.render("register-import", frame, "t", "record-import", list.values()))
    }
    for text in texts {
      PageCheck.expectWhole(text, language)
      #expect(!text.contains("<script>alert") && !text.contains("<i>"))
      #expect(text.matches(of: /[>"\s](import|users|records)\.[a-z-]+[<"\s]/).isEmpty)
    }
  }

  @Test(arguments: Language.allCases)
  func `accounts render whole`(_ language: Language) throws {
    let pages = try Pages(), frame = PageSamples.frame(language), now = PageSamples.now
    let user = UserView(
      staff: "s", signInName: "wang", name: Self.evil, role: .engineer, branch: Self.evil, customer: nil, partner: nil, disabled: false)
    let locked = UserView(
      staff: "s", signInName: "li", name: nil, role: .hospital, branch: nil, customer: Self.evil, partner: nil, disabled: true)
    var texts = [Page(items: [user, locked], next: "n"), Page(items: [], next: nil)].map {
      pages.render("users", frame, "t", "records", UsersPage(frame: frame, page: $0, find: Self.evil, isFollowing: true).values())
    }
    let tokens = [nil, now].map { TokenView(id: "t", user: "wang", createdAt: now, expiresAt: now + 60, revokedAt: $0) }
    let sessions = [UserDetails.Session(createdAt: now, usedAt: now, address: "::1")]
    for one in [user, locked] {
      var page = UserPage(frame: frame, details: UserDetails(user: one, version: 1, sessions: sessions, tokens: tokens))
      (page.done, page.secret, page.problem) = ("password", Self.evil, Self.evil)
      texts.append(pages.render("user", frame, "t", "record", page.values()))
      page.details = UserDetails(user: one, version: 1, sessions: [], tokens: [])
      texts.append(pages.render("user", frame, "t", "record", page.values()))
    }
    var form = UserFormPage(frame: frame, branches: [NamedThing(id: "b", name: Self.evil)])
    form.typed = ["signInName": Self.evil, "role": "engineer"]
    (form.problems, form.problem) = (["role": Self.evil, "branch": Self.evil, "customer": Self.evil], Self.evil)
    texts.append(pages.render("user-form", frame, "t", "record-form", form.values()))
    (form.staff, form.staffName) = ("s", Self.evil)
    texts.append(pages.render("user-form", frame, "t", "record-form", form.values()))
    for text in texts {
      PageCheck.expectWhole(text, language)
      #expect(!text.contains("<script>alert"))
      #expect(text.matches(of: /[>"\s](col|users|records|form)\.[a-z-]+[<"\s]/).isEmpty)
    }
  }
}
