/// The call taker's screen (INT-3).
extension PageRoom {
  static let desk = PageRoom(
    templates: [],
    assets: ["desk.css": .style(PackageResources.desk_css), "desk.js": .script(PackageResources.desk_js)], zh: deskZh, en: deskEn)

  private static let deskZh = """
    """

  private static let deskEn = """
    """
}

extension PageRoutes {
  var deskRoutes: [Route] { [] }
}
