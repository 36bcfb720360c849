/// The call taker's screen (INT-3).
extension PageRoom {
  static let desk = PageRoom(
    templates: [
      ("desk", PackageResources.desk_mustache), ("desk-found", PackageResources.desk_found_mustache),
      ("desk-card", PackageResources.desk_card_mustache), ("desk-contacts", PackageResources.desk_contacts_mustache),
      ("desk-form", PackageResources.desk_form_mustache), ("desk-new", PackageResources.desk_new_mustache),
      ("desk-readback", PackageResources.desk_readback_mustache),
    ],
    assets: ["desk.css": .style(PackageResources.desk_css), "desk.js": .script(PackageResources.desk_js)], zh: deskZh, en: deskEn)
}

extension Pages {
  func desk(_ page: DeskPage) -> String { render("desk", page.frame, page.frame.wording.text("desk.title"), "desk", page.values()) }

  /// The list of finds alone.
  func deskFound(_ page: DeskPage) -> String {
    render("desk-found", page.frame, "", "", DeskFoundPart(page, page.frame.wording))
  }
}
