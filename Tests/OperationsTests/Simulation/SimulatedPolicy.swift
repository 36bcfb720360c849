import Domain
import Operations

/// The policies of the simulated company: the handbook's first, then two of its own with every key a policy has (SLA-1 to SLA-9).
enum SimulatedPolicy {
  static let office = """
    name: office
    time_zone: Asia/Shanghai
    week: {mon: ["08:30-12:00", "13:30-17:30"], tue: ["08:30-12:00", "13:30-17:30"], wed: ["08:30-12:00", "13:30-17:30"],
      thu: ["08:30-12:00", "13:30-17:30"], fri: ["08:30-12:00", "13:30-17:30"]}
    holidays: china
    days: {2025-05-04: mon, 2026-12-31: off, 2026-02-17: ["09:00-11:00"]}
    """
  /// A branch in the far west: another zone, other hours by day, make-up days as on a Wednesday, a night on Friday.
  static let west = """
    time_zone: Asia/Urumqi
    week: {mon: ["10:00-14:00", "15:00-19:00"], tue: ["10:00-14:00"], wed: ["10:00-13:00", "15:30-20:00"], thu: ["00:00-24:00"],
      fri: ["20:00-04:00"], sun: ["09:15-09:45"]}
    holidays: china
    makeup: wed
    """

  static func naive() -> [String: NaiveCalendar] {
    let days = 19_900...22_000, morning = (510, 720), afternoon = (810, 1_050)
    let work = [morning, afternoon]
    return [
      "always": .always,
      "office": NaiveCalendar(
        week: [work, work, work, work, work, [], []], hoursEast: 8, makeup: 0,
        own: ["2025-05-04": work, "2026-12-31": [], "2026-02-17": [(540, 660)]], table: .china, days: days),
      "west": NaiveCalendar(
        week: [[(600, 840), (900, 1_140)], [(600, 840)], [(600, 780), (930, 1_200)], [(0, 1_440)], [(1_200, 240)], [], [(555, 585)]],
        hoursEast: 6, makeup: 2, table: .china, days: days),
    ]
  }

  private static let chain = "escalate: [{to: engineer, after: 0s}, {to: branch-manager, after: 15min}, {to: service-manager, after: 1h}]"
  private static let slow = "escalate: [{to: branch-manager, after: 2h}, {to: general-manager, after: 1wd}]"

  static func own(_ version: String) -> String {
    """
    policy: "\(version)"
    calendars: {office: office, west: west}
    targets:
      - {id: respond, clause: SLA-1, starts: reported, met_by: [responded, attempted, cleared], owner: call-taker, within: 2h, warn: [50%, 30min], \(chain)}
      - {id: respond, clause: SLA-1, starts: reported, met_by: [responded, attempted, cleared], owner: call-taker, within: 1h, warn: [25%, 10min], warn_in: office, \(chain), when: {class: key}}
      - {id: respond, clause: SLA-1, starts: reported, met_by: [responded, cleared], owner: branch-manager, within: 20min, warn: [75%], \(chain), when: {class: key, contract: gold}}
      - {id: respond, clause: SLA-1, starts: reported, met_by: [responded, attempted], owner: dispatcher, within: 90min, calendar: office, pauses: true, warn: [33%, 20min], warn_in: west, \(slow), when: {customer: c3}}
      - {id: dispatch, clause: SLA-2, starts: reported, met_by: dispatched, owner: dispatcher, within: 1h, warn: [50%], warn_in: office, \(chain)}
      - {id: dispatch, clause: SLA-2, starts: reported, met_by: dispatched, owner: dispatcher, within: 5min, warn: [50%], \(chain), when: {urgency: emergency}}
      - {id: dispatch, clause: SLA-2, starts: reported, met_by: dispatched, owner: branch-manager, within: 15min, when: {urgency: emergency, area: outside}}
      - {id: dispatch, clause: SLA-2, starts: reported, met_by: dispatched, owner: dispatcher, within: 2h, calendar: office, pauses: [customer, parts], warn: [50%, 15min], \(chain), when: {region: north}}
      - {id: on-site, clause: SLA-3, starts: reported, met_by: arrived, owner: engineer, within: 24h, pauses: [access], warn: [50%, 4h], warn_in: office, \(chain)}
      - {id: on-site, clause: SLA-3, starts: reported, met_by: arrived, owner: engineer, within: 8h, calendar: office, pauses: [customer, access], warn: [75%, 1h], \(slow), when: {contract: gold}}
      - {id: on-site, clause: SLA-3, starts: reported, met_by: arrived, owner: engineer, within: 2wd, calendar: office, ends: close, pauses: true, warn: [50%, 1wd, 2h], \(slow), when: {area: outside}}
      - {id: on-site, clause: SLA-3, starts: reported, met_by: arrived, owner: engineer, within: 10h, calendar: west, ends: close, warn: [40%, 90min], warn_in: office, \(chain), when: {area: outside, region: west}}
      - {id: visit, clause: SLA-4, starts: remote-failed, met_by: arrived, owner: engineer, within: 30min, warn: [50%], \(chain), when: {area: covered}}
      - {id: visit, clause: SLA-4, starts: remote-failed, met_by: arrived, owner: engineer, within: 3h, pauses: true, warn: [20%, 30min], warn_in: office, \(chain), when: {area: covered, class: key}}
      - {id: clear, clause: SLA-5, starts: arrived, met_by: cleared, owner: engineer, within: 1d, pauses: [customer, access], on_reopen: resume, warn: [50%, 2h], warn_in: west, \(chain)}
      - {id: clear, clause: SLA-5, starts: arrived, met_by: cleared, owner: engineer, within: 8h, calendar: office, pauses: true, on_reopen: resume, warn: [50%, 45min], \(slow), when: {contract: gold}}
      - {id: clear, clause: SLA-5, starts: arrived, met_by: cleared, owner: engineer, within: 9h, calendar: west, pauses: [parts], on_reopen: restart, warn: [10%, 2h], warn_in: office, \(chain), when: {region: west}}
      - {id: standby, clause: SLA-6, starts: arrived, met_by: [cleared, standby-provided], owner: storekeeper, within: 24h, pauses: [customer, access], on_reopen: resume, warn: [50%, 6h], warn_in: office, \(chain)}
      - {id: standby, clause: SLA-6, starts: arrived, met_by: standby-provided, owner: storekeeper, within: 1wd, calendar: west, on_reopen: keep, warn: [50%, 1h], \(slow), when: {class: key}}
      - {id: agree, starts: proposed, met_by: agreed, owner: customer-service, within: 4h, calendar: office, pauses: true, on_reopen: restart, warn: [1h], \(chain)}
      - {id: confirm, starts: cleared, met_by: [confirmed, rejected], dropped_by: [closed, merged], owner: customer-service, within: 2wd, calendar: office, ends: close, on_reopen: restart, warn: [1wd, 50%], \(slow)}
      - {id: close, starts: reported, met_by: closed, dropped_by: [cancelled, merged], owner: service-manager, within: 3d, pauses: [customer], on_reopen: resume, when: {kind: support}}
      - {id: close, starts: reported, met_by: closed, dropped_by: [cancelled, merged], owner: finance, within: 30h, calendar: west, pauses: [parts, other], on_reopen: restart, when: {kind: parts}}
    """
  }

  /// The last of them: shorter, and by other rules where the work begins anew.
  static let later = own("later").replacing("within: 2h,", with: "within: 75min,").replacing("within: 24h", with: "within: 16h")
    .replacing("on_reopen: resume", with: "on_reopen: restart").replacing("within: 2wd", with: "within: 1wd")

  static func read(_ text: String) throws -> ServicePolicy {
    try ServicePolicy(yaml: text) { $0 == "office" ? office : west }
  }
}
