/// The words a policy and a case file may use. Fixed: others script against them.
public enum CaseWords {
  public static let events = [
    "reported", "accepted", "acknowledged", "responded", "attempted", "remote-failed", "located", "level-raised", "dispatched",
    "departed", "arrived", "left", "handed-back", "proposed", "agreed", "remote-started", "remote-ended", "paused", "resumed",
    "changed", "cleared", "standby-provided", "confirmed", "rejected", "signed-off", "closed", "reopened", "cancelled", "merged",
    "absorbed", "attached", "corrected", "policy-moved", "due-changed", "warned", "escalated", "commented",
  ]

  static let roles = Role.allCases.map(\.rawValue)

  /// What a target may depend on (SLA-9).
  public static let attributes = ["kind", "urgency", "customer", "site", "area", "region", "contract", "class"]

  /// The attributes whose values are a closed list.
  public static let values = [
    "kind": RequestKind.allCases.map(\.rawValue),
    "urgency": Urgency.allCases.map(\.rawValue),
    "area": ["covered", "outside"],
  ]

  /// Events that end the work on a case; a reopening takes them back (INT-5).
  static let endings: Set<String> = ["cleared", "confirmed", "closed", "cancelled"]
  /// Events that end a pause beside `resumed`.
  static let pauseEndings: Set<String> = ["resumed", "cleared", "cancelled", "merged", "closed"]
}
