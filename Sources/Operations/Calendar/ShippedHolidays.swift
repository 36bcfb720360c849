public import Domain

extension HolidayTable {
  /// The shipped table of China's public holidays and make-up days, 2019 to the newest published year (SLA-7). A test reads it.
  public static let china: HolidayTable = (try? HolidayTable(parsing: chinaText)) ?? .none

  static let chinaText = String(decoding: PackageResources.china_txt, as: UTF8.self)
}

extension CalendarDefinition {
  /// A calendar from the text of its file, all of it checked.
  public init(yaml text: String) throws(PolicyError) {
    try self.init(document: YAMLDocument.read(text, limit: 1_000_000))
  }
}

extension WorkingCalendar {
  /// With the shipped holidays, where the definition asks for them.
  public init(_ definition: CalendarDefinition) throws(PolicyError) {
    try self.init(definition, holidays: definition.holidays == .china ? .china : .none)
  }
}
