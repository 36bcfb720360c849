/// The engineer's screens.
extension PageRoom {
  static let phone = PageRoom(
    templates: [],
    assets: ["phone.css": .style(PackageResources.phone_css), "phone.js": .script(PackageResources.phone_js)], zh: phoneZh, en: phoneEn)

  private static let phoneZh = """
    """

  private static let phoneEn = """
    """
}

extension PageRoutes {
  var phoneRoutes: [Route] { [] }
}
