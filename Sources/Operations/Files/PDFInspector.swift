/// Opens a PDF as readers do, and says what it would do by itself.
struct PDFInspector: Sendable {
  static let pageLimit = 5_000

  private let qpdf, pdfinfo: ExternalProgram

  init(gate: ProgramGate) {
    qpdf = ExternalProgram(
      "qpdf", limits: .init(seconds: 30, processorSeconds: 30, memoryBytes: 1 << 30, outputBytes: 64 << 20), gate: gate)
    pdfinfo = ExternalProgram(
      "pdfinfo", limits: .init(seconds: 20, processorSeconds: 20, memoryBytes: 1 << 30, outputBytes: 1 << 20), gate: gate)
  }

  func pages(_ path: String) async throws -> Int {
    do {
      try await checkActions(path)
      let lines = String(decoding: try await pdfinfo.run([path]), as: UTF8.self).split(separator: "\n")
      let pages = lines.first { $0.hasPrefix("Pages:") }.flatMap { Int($0.dropFirst(6).trimmingPrefix(while: \.isWhitespace)) }
      guard let pages, pages > 0 else { throw FileRefusal.damaged(.pdf) }
      guard pages <= Self.pageLimit else { throw FileRefusal.tooManyPages(pages, limit: Self.pageLimit) }
      return pages
    } catch ProgramError.failed(_, _, let complaint) {
      throw complaint.contains("assword") ? FileRefusal.encrypted(.pdf) : FileRefusal.damaged(.pdf)
    } catch ProgramError.timedOut, ProgramError.tooMuchOutput {
      throw FileRefusal.tooComplex(.pdf)
    }
  }

  /// Names of dictionaries that run or send something. In qpdf's JSON a name stands as `"/Launch"`, however the file writes it (packed
  /// in object streams, spelled `/L#61unch`), and a text of the document never does (`"u:/Launch"`).
  ///
  /// Files that a PDF carries along are taken: invoices carry their data so, and a reader asks before it opens one.
  private static let actions = [
    ("JavaScript", "JavaScript"), ("JS", "JavaScript"), ("Launch", "Launch"), ("SubmitForm", "SubmitForm"), ("ImportData", "ImportData"),
    ("RichMedia", "RichMedia"), ("XFA", "XFA"),
  ]

  private func checkActions(_ path: String) async throws {
    let outcome = try await qpdf.outcome(["--json=2", "--json-key=qpdf", "--json-stream-data=none", path])
    // 3: mended with warnings, as readers do too.
    guard outcome.status == 0 || outcome.status == 3 else {
      throw ProgramError.failed("qpdf", status: outcome.status, complaint: outcome.complaint)
    }
    let json = FileContent(outcome.output)
    for (name, word) in Self.actions where json.contains(Array("\"/\(name)\"".utf8)) { throw FileRefusal.runs(word) }
  }
}
