import Domain
import Operations

/// Pages as text, from plain values: no database, no clock.
struct Pages: Sendable {
  private let zh, en: TemplateSet

  /// - Throws: ``TemplateSet/Missing`` or the parser's word, when a template is wrong; a test makes one.
  init() throws { (zh, en) = (try TemplateSet(.zh), try TemplateSet(.en)) }

  func signIn(_ page: SignInPage) -> String {
    render("sign-in", page.frame, page.frame.wording.text("sign-in.title"), "", page.values())
  }

  func cases(_ page: CasesPage) -> String {
    render("cases", page.frame, page.frame.wording.text("cases.title"), "cases", page.values())
  }

  func request(_ page: RequestPage) -> String {
    render("request", page.frame, "\(page.view.number) \(page.view.summary)", "case", page.values())
  }

  func notices(_ page: NoticesPage) -> String {
    render("notices", page.frame, page.frame.wording.text("notices.title"), "notices", page.values())
  }

  func error(_ page: ErrorPage) -> String { render("error", page.frame, page.title, "", page.values()) }

  /// A printed form, as a page or as what becomes the PDF; in the language of the paper's wording, whoever reads it.
  func paper(_ paper: any Paper, _ frame: PaperFrame, theme: Frame.Theme? = nil) -> String {
    let wording = frame.wording
    let page = Frame(language: wording.language, now: wording.now, offsetSeconds: wording.offsetSeconds, theme: theme)
    return render(paper.template, page, paper.title, "", PaperValues(paper: paper, frame: frame))
  }

  /// - Parameters:
  ///   - screen: whose help is shown, and which part of the menu is where the reader is.
  func render(_ template: String, _ frame: Frame, _ title: String, _ screen: String, _ content: some PageValue) -> String {
    let page = FramedPage(frame: frame, title: title, screen: screen, content: content)
    return (frame.language == .zh ? zh : en).render(page, with: template)
  }
}
