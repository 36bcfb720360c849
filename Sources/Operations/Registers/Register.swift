/// The registers of this floor; the raw value is the path under `/api/v1`.
public enum Register: String, Sendable, CaseIterable, Hashable {
  case branches, staff, customers, sites, departments, contacts, models, equipment
}
