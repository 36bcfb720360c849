/// Lists and forms of the registers (ORG-2).
extension PageRoom {
  static let records = PageRoom(
    templates: [],
    assets: ["records.css": .style(PackageResources.records_css), "records.js": .script(PackageResources.records_js)], zh: recordsZh,
    en: recordsEn)

  private static let recordsZh = """
    """

  private static let recordsEn = """
    """
}

extension PageRoutes {
  var recordRoutes: [Route] { [] }
}
