import Domain
import Persistence

/// Hashes what is attached, each content once, a megabyte at a time: what is gone or altered is named by its case and attachment.
struct FileVerify: Sendable {
  let company: Company
  private static let page = 500

  private struct Row: Sendable {
    let sha256, id, request: String
    let size: Int
  }

  func run() async throws -> [Finding] {
    var findings: [Finding] = []
    var last = Row(sha256: "", id: "", request: "", size: 0), fault: String?
    while findings.count < VerifyReport.findingLimit {
      let from = last
      let rows = try await company.database.read { db in
        try db.rows(
          """
          SELECT sha256, id, request_id, size FROM attachment WHERE erased_at IS NULL AND (sha256, id) > (?, ?) ORDER BY sha256, id LIMIT ?
          """, [.text(from.sha256), .text(from.id), .int(Self.page)]
        ) { Row(sha256: $0.text(0), id: $0.text(1), request: $0.text(2), size: $0.int(3)) }
      }
      for row in rows {
        if row.sha256 != last.sha256 { fault = try await judge(row) }
        last = row
        guard let fault, try await isStillThere(row) else { continue }
        findings.append(
          Finding(
            .file, stream: "request/\(row.request)", table: "attachment", key: row.id,
            "The file \(row.sha256) of attachment \(row.id) \(fault)"))
      }
      if rows.count < Self.page { break }
    }
    return findings
  }

  private func judge(_ row: Row) async throws -> String? {
    let path = company.files.path(of: row.sha256)
    do {
      guard let found = try await DiskWork.run({ try FileStore.hash(path) }) else { return "is not there. Restore it from a backup." }
      return found.sha256 == row.sha256 && found.size == row.size ? nil : "is not what was attached. Restore it from a backup."
    } catch let refusal as StorageRefusal where refusal == .inputOutput || refusal == .readOnly {
      return "cannot be read: \(refusal.code)."
    }
  }

  /// Somebody may have erased it since.
  private func isStillThere(_ row: Row) async throws -> Bool {
    try await company.database.read { db in
      try db.first("SELECT 1 FROM attachment WHERE id = ? AND erased_at IS NULL", [.text(row.id)]) { _ in true } ?? false
    }
  }
}
