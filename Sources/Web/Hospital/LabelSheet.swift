import Domain
import Operations

/// A sheet of stickers on A4: what a roll of a size holds, and where it begins.
struct LabelSheet: Sendable {
  /// By millimetres, as the boxes of label sheets name them.
  enum Size: String, CaseIterable, Sendable {
    case small = "40x30"
    case wide = "70x36"
    case large = "60x40"

    var columns: Int { self == .small ? 5 : 3 }
    var rows: Int {
      switch self {
      case .small: 9
      case .wide: 8
      case .large: 7
      }
    }
    var perPage: Int { columns * rows }
  }

  struct Sticker: PageValue {
    let code: QRCode?
    let headline, first, second: String

    func child(named: String) -> Any? {
      switch named {
      case "hasCode": code != nil
      case "codeSide": code?.side ?? 0
      case "codePath": code?.path ?? ""
      case "headline": headline
      case "first": first
      case "second": second
      default: nil
      }
    }
  }

  let size: Size
  let stickers: [Sticker]
  /// So many places of the first sheet are used up already.
  var skip = 0
  let title, hotline, company: String
  var isPrinted = false

  func values() -> some PageValue { Values(sheet: self) }

  /// Text that a small sticker has room for; the whole stands in the register.
  static func cut(_ text: String, to count: Int) -> String { text.count <= count ? text : String(text.prefix(count - 1)) + "…" }

  private struct Values: PageValue {
    let sheet: LabelSheet

    func child(named: String) -> Any? {
      switch named {
      case "sheetTitle": sheet.title
      case "size": sheet.size.rawValue
      case "isPrinted": sheet.isPrinted
      case "hotline": sheet.hotline.isEmpty ? false : sheet.hotline
      case "company": sheet.company
      case "pages": pages
      default: nil
      }
    }

    private var pages: [Sheet] {
      let places: [Place] =
        Array(repeating: Place(sticker: nil), count: min(max(sheet.skip, 0), sheet.size.perPage - 1))
        + sheet.stickers.map { Place(sticker: $0) }
      return stride(from: 0, to: places.count, by: sheet.size.perPage).map {
        Sheet(places: Array(places[$0..<min($0 + sheet.size.perPage, places.count)]))
      }
    }
  }

  private struct Sheet: PageValue {
    let places: [Place]
    func child(named: String) -> Any? { named == "places" ? places : nil }
  }

  private struct Place: PageValue {
    let sticker: Sticker?
    func child(named: String) -> Any? { named == "isUsed" ? sticker != nil : sticker?.child(named: named) }
  }
}
