public import Domain

/// Why a link does not do what was asked. Whoever holds it is a stranger: it never says what else there is.
public enum LinkRefusal: Refusal, Hashable {
  /// Unknown, revoked, of a machine that is gone, of a case that ended long ago: one answer for all, so that guessing learns nothing.
  case closed
  /// The machine was reported by its label too often today.
  case reportedEnough(Int)
  /// A photo too many today.
  case photosEnough(Int)
  case noPicture
  /// Agreed to a remedy that is not the one proposed now (FLT-3).
  case otherRemedy
  /// Neither a sentence nor a photo nor a number to call.
  case nothingSaid

  public var code: String {
    switch self {
    case .closed: "link.closed"
    case .reportedEnough: "link.reported-enough"
    case .photosEnough: "link.photos-enough"
    case .noPicture: "link.no-picture"
    case .otherRemedy: "link.other-remedy"
    case .nothingSaid: "link.nothing-said"
    }
  }
  public var message: String {
    switch self {
    case .closed: "This link opens nothing any more, or was copied wrongly. Scan the label again, or call the hotline."
    case .reportedEnough(let most): "This machine was reported \(most) times today by its label. Call the hotline, somebody is there."
    case .photosEnough(let most): "That is \(most) photos within a day, which is all that is taken here. Give further ones to the engineer."
    case .noPicture: "Only pictures are taken here. Take a photo, or choose one."
    case .otherRemedy: "Another remedy was proposed meanwhile. Read it, and agree again if you do."
    case .nothingSaid: "Nothing was written. Write a sentence, or add a photo."
    }
  }
  public var arguments: [String] {
    switch self {
    case .reportedEnough(let most), .photosEnough(let most): [String(most)]
    default: []
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .closed: .missing
    case .reportedEnough, .photosEnough: .tooMany
    case .noPicture: .unsupported
    case .otherRemedy: .conflict
    case .nothingSaid: .invalid
    }
  }
}
