import Domain
import Foundation

extension AttachmentOperations {
  /// Sides of pictures that are kept; what is asked for is rounded up to one of them.
  static let sides = [160, 320, 640, 1_280]

  /// A small picture, made once and kept beside the files.
  ///
  /// - Throws: ``AttachmentRefusal/noPreview`` where none can be made.
  public func preview(of attachment: String, of reference: String, side: Int, by actor: Actor) async throws -> (
    view: AttachmentView, bytes: [UInt8]
  ) {
    let view = try await find(attachment, of: reference, by: actor)
    guard view.erasedAt == nil else { throw AttachmentRefusal.erased }
    guard view.hasPreview else { throw AttachmentRefusal.noPreview }
    let side = Self.sides.first { $0 >= side } ?? Self.sides[Self.sides.count - 1], store = company.files
    let kept = "\(store.previews)/\(view.sha256.prefix(2))/\(view.sha256)-\(side)"
    if let bytes = await Self.contents(kept) { return (view, bytes) }
    guard try await DiskWork.run({ store.has(view.sha256) }) else { throw AttachmentRefusal.bytesMissing }
    guard let made = try await previews.preview(of: store.path(of: view.sha256), type: view.type, side: side) else {
      throw AttachmentRefusal.noPreview
    }
    // One that cannot be kept is made again.
    let temporary = "\(kept).\(company.chance.next())"
    try? await DiskWork.run {
      try FileStore.makeFolder((kept as NSString).deletingLastPathComponent)
      try Data(made).write(to: URL(fileURLWithPath: temporary))
      if rename(temporary, kept) != 0 { unlink(temporary) }
      // Erased meanwhile.
      if !store.has(view.sha256) { unlink(kept) }
    }
    return (view, made)
  }

  private static func contents(_ path: String) async -> [UInt8]? {
    let read = try? await DiskWork.run { FileManager.default.contents(atPath: path).map { [UInt8]($0) } }
    return read ?? nil
  }
}
