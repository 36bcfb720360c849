import Domain
import Persistence

/// The people, places and machines that the demonstration's cases happen to.
struct DemoCompany: Sendable {
  struct Place: Sendable {
    let customer: CustomerID
    var site: SiteID
    let branch: Int
    let region: String
    var area: Area
  }
  struct Machine: Sendable {
    let id: EquipmentID
    let model: Int
    let place: Place
    let installed: CivilDate
  }
  struct Caller: Sendable {
    let id: ContactID
    let name, phone: String
  }
  struct Colleague: Sendable {
    let id: StaffID
    let name: String
    let role: Role
    let branch: Int
  }

  var branches: [BranchID] = []
  var staff: [Colleague] = []
  var machines: [Machine] = []
  var callers: [CustomerID: [Caller]] = [:]
  /// Staff records of the named accounts, by sign-in name.
  var users: [(name: String, staff: StaffID)] = []

  func staff(_ role: Role, branch: Int? = nil) -> [Colleague] {
    staff.filter { $0.role == role && (branch == nil || $0.branch == branch) }
  }
}

/// A record to be written: kept in order, so that references come after what they name.
struct DemoRecord: Sendable {
  let register: Register
  let id: String
  let fields: Fields
  let at: Instant
}

/// Makes the registers from a seed: 1 headquarters, 12 county branches, 110 staff, 240 customers, 1,800 machines; for more than
/// 20,000 cases also the hospitals of counties farther away, up to some 1,800 customers with 14,000 machines.
struct DemoRegisters {
  private(set) var company = DemoCompany()
  private(set) var records: [DemoRecord] = []
  private var random: DemoRandom
  private var now: Instant
  private let today: CivilDate
  private var badge = 1_000, serial = 0
  /// How many days ago the oldest machine was installed.
  private let oldest: Int
  private var models: [ModelID] = []

  /// - Parameters:
  ///   - cases: how many cases the company is to have.
  ///   - founded: when the first record was made; the others follow within some weeks.
  init(seed: UInt64, cases: Int, founded: Instant, today: CivilDate) {
    random = DemoRandom(seed, part: "registers")
    (now, self.today) = (founded, today)
    oldest = max(2_600, Int(DemoOperations.caseDays(cases)))
    makeBranches()
    makeModels()
    makeStaff()
    for (index, county) in DemoWords.counties.enumerated() { makeCustomers(of: county, branch: index + 1) }
    for (index, county) in DemoWords.farCounties.prefix(cases / 10_000 - 1 > 0 ? cases / 10_000 - 1 : 0).enumerated() {
      makeCustomers(of: county, branch: index % DemoWords.counties.count + 1)
    }
    makeOutsiders()
  }

  private mutating func add<Entity>(_ register: Register, _ values: [String: FieldValue]) -> ID<Entity> {
    now = now + 30
    let id: ID<Entity> = ID(at: now, using: &random)
    records.append(DemoRecord(register: register, id: id.text, fields: Fields(values), at: now))
    return id
  }

  private mutating func makeBranches() {
    company.branches.append(
      add(
        .branches,
        [
          "code": .text("HQ"), "name": .text("总部"), "district": .text("南昌市"), "phone": .text("0791-86000000"),
          "address": .text("南昌市高新区紫阳大道 88 号"),
        ].merging(DemoPlaces.fields(county: "南昌市")) { own, _ in own }))
    for county in DemoWords.counties {
      company.branches.append(
        add(
          .branches,
          [
            "code": .text(county.code), "name": .text("\(county.short)服务站"), "district": .text(county.name),
            "phone": .text("0793-8\(random.number(100_000...999_999))"),
          ].merging(DemoPlaces.fields(county: county.name)) { own, _ in own }))
    }
  }

  private mutating func makeModels() {
    for model in DemoWords.models {
      models.append(
        add(
          .models,
          [
            "name": .text(model.name), "manufacturer": .text(model.manufacturer), "category": .text(model.category),
            "class": .text(model.isKey ? "key" : "normal"), "warrantyMonths": .integer(model.months),
            "udi": .text("069\(random.number(10_000_000_000...99_999_999_999))"),
          ]))
    }
  }

  private mutating func makeStaff() {
    let headquarters: [(Role, Int)] = [
      (.generalManager, 1), (.serviceManager, 2), (.callTaker, 8), (.dispatcher, 4), (.quality, 3), (.finance, 2), (.storekeeper, 3),
      (.customerService, 5), (.projectManager, 4), (.trainer, 3), (.engineer, 9),
    ]
    for (role, count) in headquarters { for _ in 0..<count { makeColleague(role, branch: 0) } }
    for branch in 1...DemoWords.counties.count {
      makeColleague(.branchManager, branch: branch)
      for _ in 0..<4 { makeColleague(.engineer, branch: branch) }
      if branch % 2 == 0 { makeColleague(.storekeeper, branch: branch) }
    }
    for role in Role.allCases {
      if let first = company.staff(role).first { company.users.append((role.rawValue, first.id)) }
    }
  }

  private mutating func makeColleague(_ role: Role, branch: Int) {
    badge += 1
    let name = personName()
    var values: [String: FieldValue] = [
      "name": .text(name), "role": .text(role.rawValue), "branch": .text(company.branches[branch].text),
      "badgeNumber": .text("WB-\(badge)"),
      "phone": .text(mobile()), "education": .text(random.pick(DemoWords.educations)), "experienceYears": .integer(random.number(1...24)),
    ]
    if role == .engineer || role == .trainer {
      let first = random.number(0...DemoWords.skills.count - 1)
      let skills = (0..<random.number(2...4)).map { DemoWords.skills[(first + $0 * 5) % DemoWords.skills.count] }
      values["skills"] = .list(skills.map { .text($0) })
      values["certificates"] = .list(
        skills.prefix(2).map { skill in
          let expires = CivilDate(daysSinceEpoch: today.daysSinceEpoch + random.number(-40...900))
          return .object(Fields(["name": .text("\(skill)维修上岗证"), "expires": .date(expires)]))
        })
    }
    company.staff.append(.init(id: add(.staff, values), name: name, role: role, branch: branch))
  }

  private mutating func makeCustomers(of county: DemoWords.County, branch: Int) {
    let big: [(String, CustomerKind)] = [("人民医院", .hospital), ("中医院", .chineseMedicine), ("妇幼保健院", .maternal)]
    for (name, kind) in big { makeCustomer(county.name + name, kind, size: 3, machines: 26, county, branch) }
    makeCustomer(county.name + "第二人民医院", .hospital, size: 2, machines: 11, county, branch)
    makeCustomer(county.name + "疾病预防控制中心", .disease, size: 2, machines: 11, county, branch)
    for town in county.towns {
      makeCustomer(
        "\(county.name)\(town)\(town.hasSuffix("镇") ? "中心卫生院" : "卫生院")", .healthCentre, size: 1, machines: 4, county, branch, town: town)
    }
    for clinic in DemoWords.clinics { makeCustomer(county.short + clinic, .clinic, size: 0, machines: 2, county, branch) }
  }

  private mutating func makeCustomer(
    _ name: String, _ kind: CustomerKind, size: Int, machines: Int, _ county: DemoWords.County, _ branch: Int, town: String? = nil
  ) {
    let region = branch == 12 ? "南昌" : "上饶"
    let street = town ?? random.pick(["建设路", "人民路", "迎宾大道", "解放街", "府前路"])
    let address = "\(county.name)\(street) \(random.number(1...268)) 号"
    let customer: CustomerID = add(
      .customers,
      [
        "name": .text(name), "shortName": .text(name.replacing(county.name, with: county.short)), "kind": .text(kind.rawValue),
        "district": .text(county.name), "address": .text(address), "branch": .text(company.branches[branch].text), "region": .text(region),
        "importance": .text(size == 3 ? "key" : "normal"),
      ])
    // Remote towns lie outside the area where half an hour can be promised (SLA-4).
    let area: Area = town != nil && random.chance(percent: 35) ? .outside : .covered
    var places: [DemoCompany.Place] = []
    for site in size == 3 ? ["本部", "新院区"] : ["本部"] {
      let id: SiteID = add(
        .sites,
        [
          "customer": .text(customer.text), "name": .text(site), "address": .text(address), "area": .text(area.rawValue),
          "district": .text(county.name),
        ].merging(DemoPlaces.fields(county: county.name, town: town, spread: records.count)) { own, _ in own })
      places.append(.init(customer: customer, site: id, branch: branch, region: region, area: area))
    }
    let chosen = (0..<machines).map { index -> Int in
      let fitting = DemoWords.models.indices.filter { DemoWords.models[$0].from <= size }
      return index < min(fitting.count, 3) && size > 0 ? fitting[index * fitting.count / 3] : random.pick(fitting)
    }
    var departments: [String: DepartmentID] = [:]
    var names: [String] = []
    for model in chosen where !names.contains(DemoWords.models[model].department) { names.append(DemoWords.models[model].department) }
    for name in names {
      departments[name] = add(.departments, ["customer": .text(customer.text), "site": .text(places[0].site.text), "name": .text(name)])
    }
    makeCallers(customer, size: size, departments: names.compactMap { departments[$0] })
    for model in chosen {
      let place = places.count > 1 && random.chance(percent: 30) ? places[1] : places[0]
      let department = place.site == places[0].site ? departments[DemoWords.models[model].department] : nil
      makeMachine(model, at: place, department: department)
    }
  }

  private mutating func makeCallers(_ customer: CustomerID, size: Int, departments: [DepartmentID]) {
    let functions: [ContactFunction] =
      size >= 2 ? [.technicalLead, .administrativeLead, .mainUser, .mainUser] : [.technicalLead, .mainUser]
    for function in functions.prefix(size == 0 ? 1 : functions.count) {
      let name = personName(), phone = mobile()
      var values: [String: FieldValue] = [
        "customer": .text(customer.text), "name": .text(name), "phone": .text(phone), "function": .text(function.rawValue),
      ]
      if function == .mainUser, !departments.isEmpty { values["department"] = .text(random.pick(departments).text) }
      company.callers[customer, default: []].append(.init(id: add(.contacts, values), name: name, phone: phone))
    }
  }

  private mutating func makeMachine(_ model: Int, at place: DemoCompany.Place, department: DepartmentID?) {
    serial += 1
    let age = random.number(20...oldest)
    let installed = CivilDate(daysSinceEpoch: today.daysSinceEpoch - age)
    let state: EquipmentState = age > oldest - 300 && random.chance(percent: 40) ? .retired : random.chance(percent: 3) ? .stopped : .inUse
    let prefix = String(
      DemoWords.models[model].name.unicodeScalars.filter { $0.isASCII && $0.properties.isAlphabetic }.prefix(3).map { Character($0) })
    var values: [String: FieldValue] = [
      "serialNumber": .text("\(prefix.isEmpty ? "SN" : prefix.uppercased())\(installed.year % 100)-\(100_000 + serial)"),
      "model": .text(models[model].text),
      "customer": .text(place.customer.text), "site": .text(place.site.text), "installedOn": .date(installed),
      "state": .text(state.rawValue),
    ]
    if let department { values["department"] = .text(department.text) }
    if DemoWords.models[model].isKey, random.chance(percent: 60) {
      values["acceptedOn"] = .date(CivilDate(daysSinceEpoch: installed.daysSinceEpoch + random.number(20...100)))
      if random.chance(percent: 40) { values["warrantyFrom"] = .text("acceptance") }
    }
    if random.chance(percent: 15) { values["warrantyMonths"] = .integer(random.pick([24, 36, 60])) }
    let id: EquipmentID = add(.equipment, values)
    if state == .inUse { company.machines.append(.init(id: id, model: model, place: place, installed: installed)) }
  }

  /// The users of one hospital and of a partner.
  private mutating func makeOutsiders() {
    guard let customer = company.machines.first?.place.customer else { return }
    let hospital: StaffID = add(.staff, ["name": .text(personName()), "role": .text("hospital"), "customer": .text(customer.text)])
    company.users.append(("hospital", hospital))
    let name = personName()
    let partner: StaffID = add(.staff, ["name": .text(name), "role": .text("partner"), "partner": .text(DemoWords.partners[0])])
    company.users.append(("partner", partner))
    company.staff.append(.init(id: partner, name: name, role: .partner, branch: 0))
  }

  private mutating func personName() -> String { random.pick(DemoWords.surnames) + random.pick(DemoWords.givenNames) }

  /// Invented: all begin with the same four digits.
  private mutating func mobile() -> String { "1990\(random.number(1_000_000...9_999_999))" }
}
