import Domain
import Operations

/// For Benchmarks: what rendering alone costs, with no database behind it.
public enum PageBench {
  /// Milliseconds to render a list of so many cases, the median of many.
  public static func list(rows: Int, times: Int) throws -> Double {
    let pages = try Pages(), now = Instant(milliseconds: 1_795_401_600_000)
    let reader = Actor(identity: .staff(StaffID("staff-1")), name: "万丽", role: .dispatcher, branch: BranchID("branch-1"))
    let page = CasesPage(
      frame: Frame(language: .zh, now: now, reader: reader), page: Page(items: (0..<rows).map { row($0, now) }, next: "more"),
      branches: (0..<13).map { NamedThing(id: "branch-\($0)", name: "片区 \($0)") },
      engineers: (0..<57).map { NamedThing(id: "staff-\($0)", name: "工程师 \($0)") })
    var measured: [Double] = [], bytes = 0
    for _ in 0..<times {
      let start = ContinuousClock.now
      bytes += pages.cases(page).utf8.count
      measured.append((ContinuousClock.now - start).seconds * 1_000)
    }
    precondition(bytes > times * rows * 100, "the list was not rendered")
    return measured.sorted()[times / 2]
  }

  private static func row(_ index: Int, _ now: Instant) -> RequestView {
    let start = now + Int64(index * 600 - 20_000)
    let targets = [("respond", "响应", 7_200 as Int64), ("dispatch", "派工", 3_600), ("on-site", "到场", 86_400)].map { id, name, seconds in
      let due = start + seconds
      return TargetView(
        reading: TargetReading(
          id: id, clause: nil, owner: "dispatcher", start: start, due: due, state: due < now ? .missed : .running, metAt: nil,
          usedSeconds: 0, pausedSeconds: 0), name: .init(zh: name, en: id), isOwed: true)
    }
    return RequestView(
      id: "request-\(index)", number: "SR-20261123-\(1_000 + index)", urgency: index % 7 == 0 ? .emergency : .normal, state: .accepted,
      summary: "曝光后无图像，控制台报 E-\(index)", customer: (id: "customer-\(index)", name: "余干县人民医院"),
      equipment: (id: "machine-\(index)", serialNumber: "DX56-\(index)", model: "DR DX-560", warrantyEnds: nil), contactName: "吴秋霞",
      branch: "branch-\(index % 13)", owner: "staff-1", ownerName: "徐建军", reportedAt: start, targets: targets, steps: ["respond"])
  }
}
