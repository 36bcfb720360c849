import Domain
import Foundation
import Persistence

extension AttachmentOperations {
  /// `POST /scans` and `POST /requests/{id}/scans`.
  public static let scanShape = Shape(
    "FileScan",
    [
      Field("file", .reference, required: true, note: "The id that POST /files answered: PNG, JPEG, TIFF or PDF"),
      Field("note", .text(max: 500, lines: true)),
    ] + Shapes.late)

  /// Files the scan of a signed paper on the case that its QR code names (REP-2).
  ///
  /// - Parameter reference: the case, where the caller names it: then the code may be unreadable, but not another case's.
  /// - Throws: ``PaperScanError``; as ``attach(_:to:_:)``.
  public func fileScan(_ input: Fields, to reference: String?, _ call: Call) async throws -> Answer {
    try call.actor.require(.requestAttach)
    let now = try company.clock(), limits = files.limits
    let file = try await company.database.read { db in
      try UploadedFiles.own(input.text("file") ?? "", by: call.actor, at: now, limits: limits, in: db)
    }
    // First, so that whoever may not see the case learns nothing of what is on the paper.
    let named = try await company.database.read { db -> String? in
      guard let reference else { return nil }
      let id = try RequestOperations.visible(reference, by: call.actor, in: db)
      return try db.first("SELECT number FROM request WHERE id = ?", [.text(id)]) { $0.text(0) }
    }
    let store = company.files, path = store.path(of: file.sha256)
    guard try await DiskWork.run({ store.has(file.sha256) }) else { throw AttachmentRefusal.bytesMissing }
    let numbers = try await scans.numbers(inFileAt: path)
    guard numbers.count <= 1 else { throw PaperScanError.several(numbers) }
    guard let number = numbers.first ?? named else { throw PaperScanError.noCode }
    if let named, number != named { throw PaperScanError.otherCase(printed: number, named: named) }
    // The one form that carries our code; a later one will say so in it.
    return try await attach(
      input, to: number, paper: ScannedPaper(form: "repair-report", number: numbers.first), call)
  }
}
