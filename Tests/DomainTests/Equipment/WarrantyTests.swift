import Domain
import Testing

@Suite struct WarrantyTests {
  private func day(_ text: String) -> CivilDate { CivilDate(parsing: text)! }

  @Test func `a machine has 12 months from installation (WAR-1)`() {
    let warranty = Warranty(installedOn: day("2025-11-23"), agreed: nil)
    #expect(warranty.months == 12)
    #expect(warranty.ends == day("2026-11-23"))
    #expect(warranty.covers(day("2026-11-23")))
    #expect(!warranty.covers(day("2026-11-24")))
  }

  @Test(arguments: [(24, nil, 24), (nil, 36, 36), (18, 36, 18), (6, nil, 12), (nil, 0, 12)] as [(Int?, Int?, Int)])
  func `the contract goes before the model, and nothing goes under 12 months (WAR-1)`(agreed: Int?, usual: Int?, months: Int) {
    #expect(Warranty(installedOn: nil, agreed: agreed, usual: usual).months == months)
  }

  @Test func `it starts at acceptance where the contract says so (WAR-1)`() {
    let warranty = Warranty(installedOn: day("2025-01-10"), acceptedOn: day("2025-04-10"), from: .acceptance, agreed: 12)
    #expect(warranty.ends == day("2026-04-10"))
    #expect(Warranty(installedOn: day("2025-01-10"), from: .acceptance, agreed: 12).ends == nil)
  }

  @Test func `a month without the day ends on its last day (WAR-1)`() {
    #expect(Warranty(installedOn: day("2024-02-29"), agreed: 12).ends == day("2025-02-28"))
  }

  @Test func `a machine whose installation is unknown is not known to be covered (WAR-1)`() {
    #expect(!Warranty(installedOn: nil, agreed: 24).covers(day("2026-01-01")))
  }
}
