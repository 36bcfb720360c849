public enum CustomerKind: String, Codable, CaseIterable, Sendable, Hashable {
  case hospital
  /// 中医院, its own kind in most counties.
  case chineseMedicine = "chinese-medicine-hospital"
  case maternal = "maternal-and-child-hospital"
  /// 乡镇卫生院 and 社区卫生服务中心.
  case healthCentre = "health-centre"
  case clinic
  case disease = "disease-control"
  case other
}

/// CAL-4: important customers are visited by plan.
public enum Importance: String, Codable, CaseIterable, Sendable, Hashable { case key, normal }

/// SLA-4: only sites inside the covered area are promised the escalated visit.
public enum Area: String, Codable, CaseIterable, Sendable, Hashable { case covered, outside }

/// ORG-5.
public enum ContactFunction: String, Codable, CaseIterable, Sendable, Hashable {
  case technicalLead = "technical-lead"
  case administrativeLead = "administrative-lead"
  case mainUser = "main-user"
  case other
}
