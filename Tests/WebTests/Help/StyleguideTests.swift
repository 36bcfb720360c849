import Domain
import Operations
import Testing

@testable import Web

@Suite struct StyleguideTests {
  @Test(arguments: Language.allCases)
  func `every component is shown in both languages, and every symbol`(_ language: Language) throws {
    let frame = PageSamples.frame(language)
    let text = try Pages().render("styleguide", frame, "t", "", StyleguidePage(frame))
    PageCheck.expectWhole(text, language)
    for state in ["run", "soon", "late", "hold", "met", "dropped"] {
      #expect(text.contains(#"class="clock" data-s="\#(state)""#), "\(state)")
    }
    for part in [
      "strip", "zone", "parcel", "bubble in", "bubble out", "readings", "readback", "seg", "tiles", "offline", "bigstep", "valid", "badge",
    ] {
      #expect(text.contains(#"class="\#(part)""#) || text.contains(#" \#(part)""#) || text.contains(#""\#(part) "#), "\(part)")
    }
    for icon in PageAsset.icons { #expect(text.contains("#i-\(icon)\""), "\(icon)") }
  }

  @Test func `theme and language come from the address, and outsiders find nothing there`() async throws {
    try await TestDesk().serve { caller in
      let page = try await caller.by("engineer").get("/styleguide?theme=dark&lang=en", [("Accept", "text/html")])
      #expect(page.status == 200 && page.body.contains(#"data-theme="dark""#) && page.body.contains(#"<html lang="en""#))
      for role in ["hospital", "partner"] {
        #expect(try await caller.by(role).get("/styleguide", [("Accept", "text/html")]).status == 404, "\(role)")
      }
    }
  }
}
