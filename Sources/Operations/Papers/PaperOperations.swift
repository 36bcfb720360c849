import Domain
import Persistence

/// The papers of the company (REP-2): what stands on them, read once, with the reader's rights.
public struct PaperOperations: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  /// The repair report of a case, or of one work order of it; for whoever may read the case.
  ///
  /// - Parameters:
  ///   - reference: id or number of the case.
  ///   - workOrder: id or number; nil tells all visits that the reader may see (ORG-3).
  /// - Throws: `AccessError.notFound` also for what the reader may not know of.
  public func repairReport(of reference: String, workOrder: String? = nil, by actor: Actor) async throws -> RepairReport {
    let (company, now) = (company, try company.clock())
    let report = try await company.database.read { db in
      let id = try RequestOperations.visible(reference, by: actor, in: db)
      var view = try ReadRequests.view(id: id, for: actor, at: now, policies: company.policies, in: db)
      if let workOrder {
        view.workOrders.removeAll { $0.number != workOrder && $0.id != workOrder }
        guard !view.workOrders.isEmpty else { throw AccessError.notFound("work order") }
      }
      return try RepairReportMaker(view, in: db).report()
    }
    company.views.note(.personalView, what: "request/\(report.id) repair report", by: actor, at: now)
    return report
  }
}
