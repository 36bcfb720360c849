public import Domain

/// Why an attachment cannot be had or changed.
public enum AttachmentRefusal: Refusal, Hashable {
  /// This very file is on the case already.
  case attachedAlready
  case erased
  /// The record names bytes that are not there.
  case bytesMissing
  case noPreview

  public var code: String {
    switch self {
    case .attachedAlready: "attachment.attached-already"
    case .erased: "attachment.erased"
    case .bytesMissing: "attachment.bytes-missing"
    case .noPreview: "attachment.no-preview"
    }
  }
  public var message: String {
    switch self {
    case .attachedAlready: "This file is attached to the case already."
    case .erased: "This attachment was erased; the journal says by whom and why."
    case .bytesMissing: "The bytes of this attachment are not in the folder of files. Run `weibao verify`, and restore them from a backup."
    case .noPreview: "There is no picture of this file to show. Download it."
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .attachedAlready: .conflict
    case .erased, .noPreview: .missing
    case .bytesMissing: .unavailable
    }
  }
}
