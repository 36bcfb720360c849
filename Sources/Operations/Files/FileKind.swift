/// What is taken from people, told by content. Anything else is refused.
public enum FileKind: String, CaseIterable, Hashable, Sendable {
  case jpeg, png, webp, gif, heic, tiff, bmp
  case pdf
  case docx, xlsx, pptx, doc, xls, ppt, odt, ods, odp
  case text, csv
  case mp4, quicktime, webm, mp3, m4a, wav, ogg, flac, amr
  case zip, dicom

  /// The MIME type it is kept and delivered with.
  public var type: String { form.type }

  /// Endings that say the same; a kept name without one of them gets the first.
  public var endings: [String] { form.endings }

  public init?(type: String) {
    guard let kind = Self.allCases.first(where: { $0.type == type }) else { return nil }
    self = kind
  }

  /// Pictures in the sense that libvips makes a smaller one of it.
  var isPicture: Bool {
    switch self {
    case .jpeg, .png, .webp, .gif, .heic, .tiff: true
    default: false
    }
  }

  var isText: Bool { self == .text || self == .csv }

  private var form: (type: String, endings: [String]) {
    let office = "application/vnd.openxmlformats-officedocument", open = "application/vnd.oasis.opendocument"
    return switch self {
    case .jpeg: ("image/jpeg", ["jpg", "jpeg", "jpe", "jfif"])
    case .png: ("image/png", ["png"])
    case .webp: ("image/webp", ["webp"])
    case .gif: ("image/gif", ["gif"])
    case .heic: ("image/heic", ["heic", "heif"])
    case .tiff: ("image/tiff", ["tif", "tiff"])
    case .bmp: ("image/bmp", ["bmp", "dib"])
    case .pdf: ("application/pdf", ["pdf"])
    case .docx: ("\(office).wordprocessingml.document", ["docx"])
    case .xlsx: ("\(office).spreadsheetml.sheet", ["xlsx"])
    case .pptx: ("\(office).presentationml.presentation", ["pptx"])
    case .doc: ("application/msword", ["doc"])
    case .xls: ("application/vnd.ms-excel", ["xls"])
    case .ppt: ("application/vnd.ms-powerpoint", ["ppt"])
    case .odt: ("\(open).text", ["odt"])
    case .ods: ("\(open).spreadsheet", ["ods"])
    case .odp: ("\(open).presentation", ["odp"])
    // Endings that no system runs, and no browser shows as a page.
    case .text: ("text/plain", ["txt", "log", "md"])
    case .csv: ("text/csv", ["csv", "tsv"])
    case .mp4: ("video/mp4", ["mp4", "m4v", "3gp"])
    case .quicktime: ("video/quicktime", ["mov", "qt"])
    case .webm: ("video/webm", ["webm"])
    case .mp3: ("audio/mpeg", ["mp3"])
    case .m4a: ("audio/mp4", ["m4a"])
    case .wav: ("audio/wav", ["wav"])
    case .ogg: ("audio/ogg", ["ogg", "oga", "opus"])
    case .flac: ("audio/flac", ["flac"])
    case .amr: ("audio/amr", ["amr"])
    case .zip: ("application/zip", ["zip"])
    case .dicom: ("application/dicom", ["dcm", "dicom"])
    }
  }
}
