public import Domain

extension DivisionTable {
  /// The shipped table, GB/T 2260. A test reads it.
  public static let china = DivisionTable(parsing: String(decoding: PackageResources.divisions_txt, as: UTF8.self))
}

/// A place's code and the district named beside it (ORG-5).
enum Divisions {
  /// The district follows the code where it is empty or came from the code before; one that names another place is refused.
  ///
  /// - Parameters:
  ///   - wanted: the fields of a write; the district is filled in here.
  ///   - current: what the record has now.
  /// - Returns: what is wrong.
  static func settle(_ wanted: inout [String: FieldValue], current: (String) -> String?) -> DivisionCode.Fault? {
    guard wanted["divisionCode"] != nil || wanted["district"] != nil else { return nil }
    func after(_ name: String) -> String? {
      switch wanted[name] {
      case nil: current(name)
      case .text(let text): text
      default: nil
      }
    }
    guard let code = after("divisionCode").flatMap({ try? DivisionCode(parsing: $0) }),
      let named = try? DivisionTable.china.division(code)
    else { return nil }
    let before = current("divisionCode").flatMap { try? DivisionCode(parsing: $0) }.flatMap { try? DivisionTable.china.division($0).name }
    if wanted["district"] == nil, current("district") == nil || current("district") == before {
      if current("district") != named.name { wanted["district"] = .text(named.name) }
      return nil
    }
    guard let district = after("district") else { return nil }
    return DivisionTable.china.agrees(district, with: code) ? nil : .otherDistrict(named.name)
  }
}
