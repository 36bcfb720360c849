import Domain
public import Operations

/// Papers in their frame: as a page of the site, as a page that is whole in itself, as PDF. Needs no server, so commands use it too.
public struct PaperPress: Sendable {
  let papers: PaperOperations
  let printer: PaperPrinter
  let configuration: WebConfiguration
  let pages: Pages

  /// - Throws: when a template is wrong, which a test finds first.
  public init(_ papers: PaperOperations, printer: PaperPrinter = PaperPrinter(), configuration: WebConfiguration) throws {
    (self.papers, self.printer, self.configuration) = (papers, printer, configuration)
    pages = try Pages()
  }

  /// A form, ready to be filed: its page, whole in one file, and the name that it goes by, without ending.
  public struct Printed: Sendable {
    public let name, html: String
  }

  /// The repair report of a case (REP-2).
  ///
  /// - Parameter workOrder: id or number; nil tells all visits that the reader may see.
  /// - Throws: `AccessError.notFound` also for what the reader may not know of.
  public func repairReport(
    of reference: String, workOrder: String? = nil, in language: Language = .zh, by actor: Actor
  ) async throws -> Printed {
    let report = try await papers.repairReport(of: reference, workOrder: workOrder, by: actor)
    let paper = paper(report, language, workOrder: workOrder)
    return Printed(name: paper.fileName, html: pages.paper(paper, frame(for: report.number, language)))
  }

  /// - Throws: `PaperError` when there is no printer, or it is busy.
  public func pdf(_ printed: Printed) async throws -> [UInt8] { try await printer.pdf(printed.html) }

  func paper(_ report: RepairReport, _ language: Language, workOrder: String?) -> RepairReportPaper {
    RepairReportPaper(
      report: report, wording: wording(language), workOrder: workOrder == nil ? nil : report.visits.first?.number)
  }

  func frame(for number: String, _ language: Language) -> PaperFrame {
    PaperFrame(
      company: configuration.companyName, wording: wording(language),
      code: QRCode(PaperCode.text(of: number, at: configuration.publicAddress)))
  }

  /// Papers say no "today", so they need no now.
  private func wording(_ language: Language) -> Wording {
    Wording(language, now: Instant(milliseconds: 0), offsetSeconds: configuration.offsetSeconds)
  }
}
