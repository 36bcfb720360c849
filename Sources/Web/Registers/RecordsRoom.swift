import Domain
import HTTPTypes

/// Lists and forms of the registers (ORG-2).
extension PageRoom {
  static let records = PageRoom(
    templates: [
      ("register-tabs", PackageResources.register_tabs_mustache), ("registers", PackageResources.registers_mustache),
      ("register", PackageResources.register_mustache), ("record", PackageResources.record_mustache),
      ("record-form", PackageResources.record_form_mustache), ("reference", PackageResources.reference_mustache),
      ("record-merge", PackageResources.record_merge_mustache), ("register-import", PackageResources.register_import_mustache),
      ("register-import-job", PackageResources.register_import_job_mustache), ("users", PackageResources.users_mustache),
      ("user", PackageResources.user_mustache), ("user-form", PackageResources.user_form_mustache),
    ],
    assets: ["records.css": .style(PackageResources.records_css), "records.js": .script(PackageResources.records_js)],
    zh: RecordsTexts.zh, en: RecordsTexts.en)
}

extension PageRoutes {
  /// Which right a register's change needs, its handlers ask: staff and branches are for managers.
  var recordRoutes: [Route] {
    let one = "/registers/{register}/{id}", file = "/registers/{register}/import"
    return userRoutes + [
      signedIn(.get, "/registers", .right(.registerRead), registersPage),
      signedIn(.get, "/registers/{register}", .right(.registerRead), registerPage),
      signedIn(.post, "/registers/{register}", .right(.registerRead), createRecord),
      signedIn(.get, "/registers/{register}/new", .right(.registerRead), newRecordPage),
      signedIn(.get, "/registers/{register}/export", .right(.export), exportRegister),
      signedIn(.get, file, .right(.registerRead), importPage),
      signedIn(.post, file, .right(.registerRead), sendImport),
      signedIn(.get, "\(file)/template", .right(.registerRead), importTemplate),
      signedIn(.get, "\(file)/{id}", .right(.registerRead), importJobPage),
      signedIn(.get, "\(file)/{id}/refused", .right(.registerRead), refusedLines),
      signedIn(.post, "\(file)/{id}/apply", .right(.registerRead), orderImport),
      signedIn(.post, "\(file)/{id}/discard", .right(.registerRead), discardImport),
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

  private var userRoutes: [Route] {
    let one = "/registers/users/{id}"
    return [
      signedIn(.get, "/registers/users", .right(.accountManage), usersPage),
      signedIn(.post, "/registers/users", .right(.accountManage), createUser),
      signedIn(.get, "/registers/users/new", .right(.accountManage), newUserPage),
      signedIn(.get, one, .right(.accountManage), userPage),
      signedIn(.post, "\(one)/password", .right(.accountManage), resetUserPassword),
      signedIn(.post, "\(one)/lock", .right(.accountManage), lockUser),
      signedIn(.post, "\(one)/unlock", .right(.accountManage), unlockUser),
      signedIn(.post, "\(one)/sign-out", .right(.accountManage), signOutUser),
      signedIn(.post, "\(one)/role", .right(.accountManage), changeUserRole),
      signedIn(.post, "\(one)/tokens", .right(.accountManage), revokeUserToken),
    ]
  }
}
