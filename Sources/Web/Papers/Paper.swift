import Domain
import Operations

/// A printed form (REP-2): its name, its number, its QR, and the values of its template. A new form is one of these and one template
/// in `Templates/`; head, foot, QR, styles, page and PDF are the same for all.
protocol Paper: Sendable {
  /// The template, without `.mustache`.
  var template: String { get }
  /// What the form is called, in the wording's language.
  var title: String { get }
  /// What it is about, such as a case's number; it stands on every page and names the file.
  var number: String { get }
  /// The name of the file without its ending.
  var fileName: String { get }
  /// What this printing stands on: version, moment, the journal's head.
  var basis: String { get }
  /// The moment that the PDF says it was made: that of the content, so that the same content makes the same bytes.
  var created: Instant { get }

  func child(named: String) -> Any?
}

/// What stands around a paper's own content.
struct PaperFrame: Sendable {
  /// Who issues it, as configured (`company-name`); empty leaves the line free.
  var company = ""
  /// Dates and times of papers: full, in the company's zone, the same in every language.
  let wording: Wording
  let code: QRCode?
  /// For the printer: everything in one file. Otherwise a page of the site, with its buttons.
  var isPrinted = true
  /// Where the page's buttons lead.
  var pdf = "", back = "", other = ""
  /// Whoever reads the page: the buttons speak their language, the paper its own.
  var reader: Language?

  fileprivate func said(_ key: String) -> String { Catalogue.of(reader ?? wording.language).text(key) ?? key }
}

/// One paper in its frame, for the template.
struct PaperValues: PageValue {
  let paper: any Paper
  let frame: PaperFrame

  func child(named: String) -> Any? {
    if let own = paper.child(named: named) { return own }
    switch named {
    case "paperTitle": return paper.title
    case "paperNumber": return paper.number
    case "basis": return paper.basis
    case "created": return paper.created.description
    case "company": return frame.company
    case "isPrinted": return frame.isPrinted
    case "pdf": return frame.pdf
    case "back": return frame.back
    case "other": return frame.other
    case "barLanguage": return frame.said("lang")
    case "barTools": return frame.said("paper.tools")
    case "barBack": return frame.said("paper.back")
    case "barPDF": return frame.said("paper.pdf")
    case "barHint": return frame.said("paper.print-hint")
    case "hasCode": return frame.code != nil
    case "codeSide": return frame.code?.side ?? 0
    case "codePath": return frame.code?.path ?? ""
    default: return nil
    }
  }
}

extension Wording {
  /// `2026-11-23 10:42`: on a paper that is read years later nothing is "today".
  func onPaper(_ instant: Instant?) -> String {
    guard let instant else { return "" }
    return "\(instant.date(offsetSeconds: offsetSeconds)) \(clock(instant))"
  }
}

/// A cell of a paper: its name and what stands in it; an empty one is for the pen.
struct PaperCell: PageValue {
  let name, value: String

  func child(named: String) -> Any? {
    switch named {
    case "cellName": name
    case "cellValue": value
    default: nil
    }
  }
}

/// Two cells with their names beside each other: a line of the framed fields that forms have.
struct PaperPair: PageValue {
  let cells: [PaperCell]

  /// Cells in pairs, in reading order.
  static func pairs(_ cells: [PaperCell]) -> [PaperPair] {
    stride(from: 0, to: cells.count, by: 2).map { PaperPair(cells: Array(cells[$0..<min($0 + 2, cells.count)])) }
  }

  func child(named: String) -> Any? { named == "pair" ? cells : nil }
}

/// A row of a table, cell by cell.
struct PaperRow: PageValue {
  let cells: [String]
  var tone = ""

  func child(named: String) -> Any? {
    switch named {
    case "rowCells": cells.map { PaperCell(name: "", value: $0) }
    case "rowTone": tone
    default: nil
    }
  }
}
