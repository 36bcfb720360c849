/// What may be uploaded, and how long it waits to be attached.
public struct FileLimits: Sendable, Hashable {
  /// One file: design.md says 50 MB.
  public var fileBytes = 50 << 20
  /// One person in 24 hours: some 600 photographs.
  public var dayBytes = 2 << 30
  /// Uploads of one person that are begun and not whole.
  public var openUploads = 20
  /// Files of one person that arrive at the same time on one node, each in one go.
  public var filesAtOnce = 8
  /// What is not attached within this time goes.
  public var hours: Int64 = 24
  /// Left free on the disk, for the database beside it.
  public var reserveBytes = 64 << 20

  /// Only pictures, so many a day, from holders of links; nil: every kind of file, from people with the right.
  public var outsidePictures: Int?

  public init() {}
  public static let usual = FileLimits()

  /// A photo of a phone is 3 to 8 MB.
  public static let outside: FileLimits = {
    var limits = FileLimits()
    (limits.fileBytes, limits.dayBytes, limits.filesAtOnce, limits.outsidePictures) = (10 << 20, 30 << 20, 2, 3)
    return limits
  }()

  var milliseconds: Int64 { hours * 3_600_000 }
  /// An hour later than anybody can still attach it: clocks of nodes differ, and a transaction may be under way.
  var sweptMilliseconds: Int64 { milliseconds + 3_600_000 }
}
