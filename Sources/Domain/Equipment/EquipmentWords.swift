public enum EquipmentState: String, Codable, CaseIterable, Sendable, Hashable {
  case inUse = "in-use"
  /// Out of order or sealed, still the customer's.
  case stopped
  /// Gone for good.
  case retired
  /// Ours: for sale, or a standby unit (SLA-6).
  case stock
}

/// SLA-9: key equipment may have promises of its own.
public enum EquipmentClass: String, Codable, CaseIterable, Sendable, Hashable { case key, normal }
