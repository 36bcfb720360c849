/// What a hospital sees without an account (INT-1).
extension PageRoom {
  static let hospital = PageRoom(
    templates: [],
    assets: ["hospital.css": .style(PackageResources.hospital_css), "hospital.js": .script(PackageResources.hospital_js)], zh: hospitalZh,
    en: hospitalEn)

  private static let hospitalZh = """
    """

  private static let hospitalEn = """
    """
}

extension PageRoutes {
  var hospitalRoutes: [Route] { [] }
}
