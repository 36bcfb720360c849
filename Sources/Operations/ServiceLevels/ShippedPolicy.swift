public import Domain

/// The policy a new company starts with: the handbook's numbers (SLA-1 to SLA-8).
public enum ShippedPolicy {
  public static let version = "2026-11"

  /// The shipped policy, read. A test reads it, so it cannot fail here.
  public static let policy = try! ServicePolicy(yaml: yaml)

  public static let yaml = """
    # The service policy of the handbook. Change numbers in a new version; cases keep the version they were accepted under.
    policy: "2026-11"
    hotline: "0791-00000000"
    offline: 24h    # how late an engineer may bring the steps of the own work order
    backdate: 4h    # how late anybody else may, without a manager
    targets:
      # SLA-1: respond within 2 h. An attempt, or solving it on the phone, is a response too.
      - id: respond
        clause: SLA-1
        name: {zh: 响应, en: Response}
        starts: reported
        met_by: [responded, attempted, cleared]
        owner: call-taker
        within: 2h
        warn: [50%, 30min]
        escalate:
          - {to: call-taker, after: 0s}
          - {to: branch-manager, after: 15min}
          - {to: service-manager, after: 1h}
          - {to: general-manager, after: 4h}

      # SLA-2: send an engineer within 1 h; an emergency at once, which we read as 5 min. Solved by phone: nobody need go.
      - id: dispatch
        clause: SLA-2
        name: {zh: 派工, en: Dispatch}
        starts: reported
        met_by: dispatched
        owner: dispatcher
        within: 1h
        warn: [50%, 15min]
        escalate:
          - {to: dispatcher, after: 0s}
          - {to: branch-manager, after: 15min}
          - {to: service-manager, after: 1h}
          - {to: general-manager, after: 4h}
        when: {kind: support}
      - id: dispatch
        clause: SLA-2
        name: {zh: 紧急派工, en: Emergency dispatch}
        starts: reported
        met_by: dispatched
        owner: dispatcher
        within: 5min
        warn: [50%]
        escalate:
          - {to: dispatcher, after: 0s}
          - {to: branch-manager, after: 5min}
          - {to: service-manager, after: 15min}
          - {to: general-manager, after: 30min}
        when: {kind: support, urgency: emergency}

      # SLA-3: on site within 24 h of the report.
      - id: on-site
        clause: SLA-3
        name: {zh: 到场, en: On site}
        starts: reported
        met_by: arrived
        owner: engineer
        within: 24h
        warn: [50%, 4h]
        escalate:
          - {to: engineer, after: 0s}
          - {to: branch-manager, after: 15min}
          - {to: service-manager, after: 1h}
          - {to: general-manager, after: 4h}
        when: {kind: support}

      # SLA-4: phone and remote help have failed: an experienced engineer within 30 min, in the covered area.
      - id: visit
        clause: SLA-4
        name: {zh: 升级上门, en: Escalated visit}
        starts: remote-failed
        met_by: arrived
        owner: engineer
        within: 30min
        warn: [50%, 10min]
        escalate:
          - {to: engineer, after: 0s}
          - {to: branch-manager, after: 5min}
          - {to: service-manager, after: 15min}
          - {to: general-manager, after: 1h}
        when: {kind: support, area: covered}

      # SLA-5: cleared within 1 day of arrival. Waiting for the customer's word or for access to the machine is not our time
      # (SLA-8); waiting for parts is, or SLA-6 would mean nothing. A rejected outcome takes up the time that was left.
      - id: clear
        clause: SLA-5
        name: {zh: 排除故障, en: Fault cleared}
        starts: arrived
        met_by: cleared
        owner: engineer
        within: 1d
        pauses: [customer, access]
        on_reopen: resume
        warn: [50%, 4h]
        escalate:
          - {to: engineer, after: 0s}
          - {to: branch-manager, after: 15min}
          - {to: service-manager, after: 1h}
          - {to: general-manager, after: 4h}
        when: {kind: support}

      # SLA-6: not cleared 24 h after arrival: original parts or a standby unit. Pauses as for SLA-5.
      - id: standby
        clause: SLA-6
        name: {zh: 备机, en: Standby unit}
        starts: arrived
        met_by: [cleared, standby-provided]
        owner: storekeeper
        within: 24h
        pauses: [customer, access]
        on_reopen: resume
        warn: [50%, 4h]
        escalate:
          - {to: engineer, after: 0s}
          - {to: branch-manager, after: 15min}
          - {to: service-manager, after: 1h}
          - {to: general-manager, after: 4h}
        when: {kind: support}

    """
}
