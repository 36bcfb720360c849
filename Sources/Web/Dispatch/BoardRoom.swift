/// The dispatcher's screen (INT-6).
extension PageRoom {
  static let board = PageRoom(
    templates: [],
    assets: ["board.css": .style(PackageResources.board_css), "board.js": .script(PackageResources.board_js)], zh: boardZh, en: boardEn)

  private static let boardZh = """
    """

  private static let boardEn = """
    """
}

extension PageRoutes {
  var boardRoutes: [Route] { [] }
}
