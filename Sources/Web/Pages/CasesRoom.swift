/// The list of cases and the page of one.
extension PageRoom {
  static let cases = PageRoom(
    templates: [
      ("cases", PackageResources.cases_mustache), ("request", PackageResources.request_mustache), ("step", PackageResources.step_mustache),
    ],
    assets: ["case.css": .style(PackageResources.case_css), "case.js": .script(PackageResources.case_js)], zh: casesZh, en: casesEn)

  private static let casesZh = """
    """

  private static let casesEn = """
    """
}
