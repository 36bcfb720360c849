import Domain
import Foundation
import Persistence

@testable import Operations

extension TestDesk {
  var files: FileOperations { FileOperations(test.company) }
  var attachments: AttachmentOperations { AttachmentOperations(test.company, files: files) }
  var store: FileStore { test.company.files }

  static let photo = Array("\u{89}PNG".unicodeScalars.map { UInt8($0.value) }) + [0x0D, 0x0A, 0x1A, 0x0A] + Array("铭牌照片".utf8)

  @discardableResult
  func upload(_ bytes: [UInt8] = Array("铭牌照片".utf8), name: String = "铭牌.txt", by actor: Actor, through files: FileOperations? = nil)
    async throws
    -> UploadedFile
  {
    let files = files ?? self.files
    let incoming = try await files.begin(size: bytes.count, by: actor)
    do {
      for start in stride(from: 0, to: bytes.count, by: 1_000) {
        try await incoming.write(Array(bytes[start..<min(start + 1_000, bytes.count)]))
      }
    } catch {
      await incoming.discard()
      throw error
    }
    return try await files.finish(incoming, name: name, by: actor)
  }

  /// Uploads and attaches; the attachment.
  @discardableResult
  func attach(
    _ bytes: [UInt8] = Array("铭牌照片".utf8), name: String = "铭牌.txt", to reference: String, _ more: [String: FieldValue] = [:],
    by actor: Actor? = nil
  ) async throws -> JSON {
    let actor = actor ?? chen
    test.pass(seconds: 1)  // in the order of their ids
    let file = try await upload(bytes, name: name, by: actor)
    return try await JSON(attachments.attach(Fields(more.merging(["file": .text(file.id)]) { $1 }), to: reference, Call(actor)).body)
  }

  func erase(_ attachment: JSON, reason: String = "拍到了病人", by actor: Actor? = nil) async throws -> JSON {
    try await JSON(
      attachments.erase(
        attachment["id"].text, of: attachment["request"].text, Fields(["reason": .text(reason)]), Call(actor ?? manager)
      ).body)
  }

  /// Names under a folder of the company's files.
  func stored(_ folder: String = "") -> [String] {
    ((try? FileManager.default.subpathsOfDirectory(atPath: store.root + folder)) ?? []).filter { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(store.root)\(folder)/\(path)", isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted()
  }
}
