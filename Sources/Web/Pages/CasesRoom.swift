/// The list of cases and the page of one.
extension PageRoom {
  static let cases = PageRoom(
    templates: [
      ("cases", PackageResources.cases_mustache), ("request", PackageResources.request_mustache), ("step", PackageResources.step_mustache),
      ("clock", PackageResources.clock_mustache), ("why", PackageResources.why_mustache), ("strip", PackageResources.strip_mustache),
      ("story", PackageResources.story_mustache),
    ],
    assets: ["case.css": .style(PackageResources.case_css), "case.js": .script(PackageResources.case_js)], zh: casesZh, en: casesEn)

  private static let casesZh = """
    case.only-us = 院方看不到
    label.audience = 给谁看
    audience.colleagues = 同事备注
    audience.customer = 发给院方
    case.to-them = 院方可见
    case.sum-title = 到期时间怎么来的
    event.commented.customer = 发给院方
    story.reading-name = 读数
    story.reading-value = 实测
    story.reading-expected = 应为
    story.reading-result = 结论
    story.passed = 合格
    story.failed = 不合格
    """

  private static let casesEn = """
    case.only-us = Colleagues only
    label.audience = For whom
    audience.colleagues = Note for colleagues
    audience.customer = Message to the hospital
    case.to-them = The hospital reads it
    case.sum-title = Where the due time comes from
    event.commented.customer = wrote to the hospital
    story.reading-name = Reading
    story.reading-value = Measured
    story.reading-expected = Should be
    story.reading-result = Verdict
    story.passed = Passed
    story.failed = Failed
    """
}
