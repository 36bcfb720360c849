/// The list of cases and the page of one.
extension PageRoom {
  static let cases = PageRoom(
    templates: [
      ("cases", PackageResources.cases_mustache), ("request", PackageResources.request_mustache), ("step", PackageResources.step_mustache),
      ("clock", PackageResources.clock_mustache), ("why", PackageResources.why_mustache), ("strip", PackageResources.strip_mustache),
      ("story", PackageResources.story_mustache), ("composer", PackageResources.composer_mustache),
    ],
    assets: [
      "case.css": .style(PackageResources.case_css), "case.js": .script(PackageResources.case_js),
      "cases.js": .script(PackageResources.cases_js),
    ], zh: PageTexts.casesZh, en: PageTexts.casesEn)
}
