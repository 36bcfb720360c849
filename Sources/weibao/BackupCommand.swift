import ArgumentParser
import Foundation
import Operations
import Persistence

/// `weibao backup FILE`.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Writes the company and its files into one file, also while a node serves.",
    discussion: """
      The file holds personal data and password hashes: keep it as safe as the database. The signing key is not in it unless \
      --with-keys is given. `weibao restore` reads it, on either engine.
      """)

  @OptionGroup var data: DataOptions
  @Argument(help: ArgumentHelp("The file to write; it must not be there yet.", valueName: "FILE")) var file: String
  @Flag(help: "Put the private signing key in, too.") var withKeys = false
  @Flag(help: "Print the report as JSON.") var json = false

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    let places = try data.places()
    let report = try await Backup(opened.company).run(to: file, key: withKeys ? places.key.text : nil) {
      Output.progress("\($0) rows")
    }
    try await opened.close()
    let bytes = report.manifest.entries.reduce(0) { $0 + $1.size }
    if json {
      print(
        try Output.json(["events": report.manifest.events, "files": report.files, "bytes": Int(bytes), "altered": report.altered.count]))
    } else {
      print("Backed up \(report.manifest.events) events and \(report.files) files, \(bytes) bytes.")
    }
    guard report.altered.isEmpty else {
      throw CommandFailure(
        "the backup is written, but these files are not what they were: \(report.altered.prefix(5).joined(separator: ", ")). Run `weibao verify`."
      )
    }
  }
}

extension Backup.Report {
  var files: Int { manifest.entries.count { $0.name.hasPrefix("files/") } }
}

/// `weibao restore FILE`.
struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Puts a backup into place: checked whole first, nothing overwritten unless told.",
    discussion: """
      The database is made beside the old one and judged like `weibao verify` does before it takes its place. What was erased since \
      (DIR/erasures, or --erasures FILE) is erased again. On PostgreSQL the database has to be empty.
      """)

  @OptionGroup var data: DataOptions
  @Argument(help: ArgumentHelp("A file that `weibao backup` wrote.", valueName: "FILE")) var file: String
  @Flag(help: "Put it in place of the company that is there; the old database is kept as FILE.before-restore.") var replace = false
  @Flag(help: "Only check the file.") var checkOnly = false
  @Option(help: ArgumentHelp("What was erased elsewhere since (a copy of DIR/erasures).", valueName: "FILE")) var erasures: String?
  @Flag(help: "Print the report as JSON.") var json = false

  func run() async throws {
    let backup = BackupReader(file)
    let manifest = try backup.check()
    if checkOnly { return print("The backup is whole: \(manifest.events) events, made \(manifest.made).") }
    let places = try data.places()
    let folder = places.folder.text
    var erased = try Erasures(path: "\(folder)/erasures")
    if let erasures {
      guard FileManager.default.fileExists(atPath: erasures) else {
        throw CommandFailure("cannot read \(erasures). Name the file of erasures, or leave --erasures out.")
      }
      erased.add(try Erasures(path: erasures))
    }
    let report: Restore.Report
    switch places.address {
    case .postgres:
      let opened = try await OpenCompany.openEmpty(data)
      guard try await opened.isEmpty() else { throw BackupRefusal.serverOccupied }
      report = try await Restore(opened.company).run(
        backup, manifest: manifest, keyPath: nil, erasures: erased, progress: { Output.progress("\($0) rows") })
      try await opened.keepErasures(in: folder)
      try await opened.close()
    case .sqlite(let path): report = try await intoFile(path, places, backup, manifest, erased)
    }
    if json {
      print(try Output.json(["events": report.events, "files": report.files, "erased": report.erased]))
    } else {
      print("Restored \(report.events) events and \(report.files) files; \(report.erased) values erased since were erased again.")
    }
  }

  /// Made beside, judged, then put in place in one step: whatever happens, either the old or the new company is there.
  private func intoFile(
    _ path: String, _ places: DataOptions.Places, _ backup: BackupReader, _ manifest: BackupManifest, _ known: Erasures
  ) async throws -> Restore.Report {
    let folder = places.folder.text, key = places.key.text, files = places.files
    var erased = known
    let isThere = FileManager.default.fileExists(atPath: path)
    if isThere {
      // An old database that cannot be opened any more is what one restores for.
      if let old = try? await OpenCompany.openRecord(data) {
        let isEmpty = try await old.isEmpty(), isServing = try await Housekeeping.isServing(old.company)
        if let more = try? await Erasures(in: old.company) { erased.add(more) }
        try await old.close()
        if isServing { throw BackupRefusal.serving }
        guard isEmpty || replace else { throw BackupRefusal.occupied }
      } else if !replace {
        throw BackupRefusal.occupied
      }
    }
    let fresh = "\(path).restoring"
    for name in [fresh, "\(fresh)-wal", "\(fresh)-shm"] { try? FileManager.default.removeItem(atPath: name) }
    let opened = try await OpenCompany.open(
      folder: folder, address: .sqlite(fresh), files: files, keyPath: "\(folder)/restoring.key", policies: .none)
    try? FileManager.default.removeItem(atPath: "\(folder)/restoring.key")
    let report: Restore.Report
    do {
      report = try await Restore(opened.company).run(
        backup, manifest: manifest, keyPath: key, erasures: erased, progress: { Output.progress("\($0) rows") })
      try await opened.keepErasures(in: folder, with: erased)
      try await opened.close()
    } catch {
      try? await opened.close()
      for name in [fresh, "\(fresh)-wal", "\(fresh)-shm"] { try? FileManager.default.removeItem(atPath: name) }
      throw error
    }
    if isThere {
      let kept = "\(path).before-restore"
      for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: kept + end) }
      for end in ["-wal", "-shm"] { rename(path + end, kept + end) }
      guard link(path, kept) == 0 else {
        throw CommandFailure("cannot keep the old database as \(kept). Make room for it, then restore again.")
      }
    }
    guard rename(fresh, path) == 0 else { throw CommandFailure("cannot put the restored database at \(path). It is whole at \(fresh).") }
    return report
  }
}

extension OpenCompany {
  func isEmpty() async throws -> Bool {
    try await database.read { db in try db.first("SELECT 1 FROM journal LIMIT 1") { _ in true } == nil }
  }

  /// Brings DIR/erasures up to date with what this database knows to be erased.
  func keepErasures(in folder: String, with more: Erasures = Erasures()) async throws {
    var erasures = try Erasures(path: "\(folder)/erasures")
    erasures.add(more)
    erasures.add(try await Erasures(in: company))
    if erasures.count > 0 { try erasures.write(to: "\(folder)/erasures") }
  }
}
