import Domain
import HTTPTypes

/// Lists and forms of the registers (ORG-2).
extension PageRoom {
  static let records = PageRoom(
    templates: [
      ("register-tabs", PackageResources.register_tabs_mustache), ("registers", PackageResources.registers_mustache),
      ("register", PackageResources.register_mustache), ("record", PackageResources.record_mustache),
      ("record-form", PackageResources.record_form_mustache), ("reference", PackageResources.reference_mustache),
      ("record-merge", PackageResources.record_merge_mustache),
    ],
    assets: ["records.css": .style(PackageResources.records_css), "records.js": .script(PackageResources.records_js)],
    zh: RecordsTexts.zh, en: RecordsTexts.en)
}

extension PageRoutes {
  /// Which right a register's change needs, its handlers ask: staff and branches are for managers.
  var recordRoutes: [Route] {
    let one = "/registers/{register}/{id}"
    return [
      signedIn(.get, "/registers", .right(.registerRead), registersPage),
      signedIn(.get, "/registers/{register}", .right(.registerRead), registerPage),
      signedIn(.post, "/registers/{register}", .right(.registerRead), createRecord),
      signedIn(.get, "/registers/{register}/new", .right(.registerRead), newRecordPage),
      signedIn(.get, one, .right(.registerRead), recordPage),
      signedIn(.get, "\(one)/edit", .right(.registerRead), editRecordPage),
      signedIn(.post, "\(one)/edit", .right(.registerRead), changeRecord),
      signedIn(.post, "\(one)/archive", .right(.registerRead), archiveRecord),
      signedIn(.post, "\(one)/restore", .right(.registerRead), restoreRecord),
      signedIn(.post, "\(one)/retire", .right(.registerRead), retireMachine),
      signedIn(.get, "\(one)/merge", .right(.registerMerge), mergePage),
      signedIn(.post, "\(one)/merge", .right(.registerMerge), mergeRecord),
      signedIn(.post, "\(one)/unmerge", .right(.registerMerge), unmergeRecord),
    ]
  }
}
