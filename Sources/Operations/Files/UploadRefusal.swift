public import Domain

/// Why bytes are not taken.
public enum UploadRefusal: Refusal, Hashable {
  case tooLarge(Int)
  /// More than one person may send in a day.
  case tooMuch(Int)
  case tooManyOpen(Int)
  /// More files of one person arrive at the same time than may.
  case tooManyAtOnce(Int)
  /// The piece does not begin where the last one ended.
  case gap(Int)
  /// `Content-Range` is missing, or does not fit the upload or the body.
  case range
  /// The whole is not what its hash says.
  case hashDiffers
  /// A newer piece of this upload took its place.
  case busy
  /// The body is no `multipart/form-data` with one file in it.
  case form
  /// Not whole in time.
  case tooSlow(Int)

  public var code: String {
    switch self {
    case .tooLarge: "upload.too-large"
    case .tooMuch: "upload.too-much"
    case .tooManyOpen: "upload.too-many-open"
    case .tooManyAtOnce: "upload.too-many-at-once"
    case .gap: "upload.gap"
    case .range: "upload.range"
    case .hashDiffers: "upload.hash-differs"
    case .busy: "upload.busy"
    case .form: "upload.form"
    case .tooSlow: "upload.too-slow"
    }
  }
  public var message: String {
    switch self {
    case .tooLarge(let limit): "A file has at most \(limit >> 20) MB. Send a smaller one."
    case .tooMuch(let limit):
      "You have sent \(limit >> 20) MB within 24 hours, which is the limit. Go on tomorrow, or ask the administrator."
    case .tooManyOpen(let limit): "You have \(limit) uploads that are not whole. Finish them, or wait a day until they are gone."
    case .tooManyAtOnce(let limit): "\(limit) files of yours are arriving already. Wait until one of them is whole, then send this one."
    case .gap(let offset): "Bytes are missing before this piece. Go on from byte \(offset)."
    case .range: "Say which piece this is: Content-Range: bytes FIRST-LAST/SIZE, as long as the body, SIZE as the upload was opened."
    case .hashDiffers: "What arrived is not what its SHA-256 says. Nothing was kept; send it again."
    case .busy: "A newer request for this upload ended this one. What came is kept: ask how far the upload is, and go on from there."
    case .form: "Send the bytes as the body, or multipart/form-data with exactly one file in it."
    case .tooSlow(let seconds):
      "The file did not arrive within \(seconds) seconds. Nothing was kept; use a resumable upload (POST /files/uploads)."
    }
  }
  public var arguments: [String] {
    switch self {
    case .tooLarge(let limit), .tooMuch(let limit): [String(limit >> 20)]
    case .tooManyOpen(let number), .tooManyAtOnce(let number), .gap(let number), .tooSlow(let number): [String(number)]
    case .range, .hashDiffers, .busy, .form: []
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .tooLarge: .tooLarge
    case .tooMuch, .tooManyOpen, .tooManyAtOnce: .tooMany
    case .gap, .busy: .conflict
    case .range, .hashDiffers: .invalid
    case .form: .unsupported
    case .tooSlow: .malformed  // 408: the mapping sets it
    }
  }
}
