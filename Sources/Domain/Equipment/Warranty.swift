/// How long a machine is repaired free of charge (WAR-1).
public struct Warranty: Hashable, Sendable {
  /// 12 months where neither contract nor model says more; nothing may say less.
  public static let months = 12

  /// From which day the months run.
  public enum Start: String, Codable, CaseIterable, Sendable, Hashable { case installation, acceptance }

  public let months: Int
  /// The last day under warranty; nil while the day it starts from is unknown.
  public let ends: CivilDate?

  /// - Parameters:
  ///   - agreed: the months of this machine's contract, where it names them.
  ///   - usual: the months of its model.
  ///
  /// Months are counted to the same day of the month, and that day is still covered.
  public init(installedOn: CivilDate?, acceptedOn: CivilDate? = nil, from start: Start = .installation, agreed: Int?, usual: Int? = nil) {
    months = max(agreed ?? usual ?? Warranty.months, Warranty.months)
    let first = start == .acceptance ? acceptedOn : installedOn
    ends = first?.adding(months: months)
  }

  public func covers(_ day: CivilDate) -> Bool { ends.map { day <= $0 } ?? false }
}
