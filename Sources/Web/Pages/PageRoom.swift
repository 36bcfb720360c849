/// What a room brings to the pages: its templates, the files that browsers load, its words. Its routes stand beside it.
struct PageRoom: Sendable {
  var templates: [(name: String, bytes: [UInt8])] = []
  /// By name, such as `desk.js`.
  var assets: [String: PageAsset] = [:]
  /// `key = text` a line. A test fails on a key that one of the two lacks.
  var zh = "", en = ""

  static let all = [common, desk, board, cases, phone, hospital, records, inbound, insight, wall, roster, outbox, help]

  /// The frame of all pages, and what has no room of its own.
  private static let common = PageRoom(
    templates: [
      ("layout", PackageResources.layout_mustache), ("sign-in", PackageResources.sign_in_mustache),
      ("notices", PackageResources.notices_mustache), ("error", PackageResources.error_mustache),
      ("wrong", PackageResources.wrong_mustache), ("paper", PackageResources.paper_mustache),
      ("repair-report", PackageResources.repair_report_mustache),
    ],
    assets: [
      "weibao.css": .style(PackageResources.weibao_css), "paper.css": .style(PackageResources.paper_css),
      "icons.svg": .picture(PackageResources.icons_svg), "mark.svg": .picture(PackageResources.mark_svg),
      "core.js": .script(PackageResources.core_js), "live.js": .script(PackageResources.live_js),
      "live-worker.js": .script(PackageResources.live_worker_js),
    ], zh: PageTexts.zh, en: PageTexts.en)
}
