import Foundation
import Persistence
import Testing

/// What somebody may send us who means harm. Made by Python's own tar and zip, which write whatever they are told.
struct HostileArchiveTests {
  private func made(_ script: String) throws -> [UInt8] {
    let file = FileManager.default.temporaryDirectory.appending(path: "hostile-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    let python = Process()
    python.executableURL = URL(filePath: "/usr/bin/python3")
    python.arguments = ["-W", "ignore", "-c", "import sys,io,tarfile,zipfile\nf=sys.argv[1]\n" + script, file.path]
    try python.run()
    python.waitUntilExit()
    #expect(python.terminationStatus == 0)
    return Array(try Data(contentsOf: file))
  }

  private func read(_ bytes: [UInt8], _ limits: ArchiveLimits = ArchiveLimits()) throws -> [String] {
    let reader = try ArchiveReader(bytes: bytes, Set(ArchiveFormat.allCases), limits: limits)
    var names: [String] = []
    while let entry = try reader.next() {
      try reader.read { _ in }
      names.append(entry.name)
    }
    return names
  }

  @Test(arguments: ["../etc/passwd", "/etc/passwd", "a/../../b", "a\\\\..\\\\b", "C:/x", "a\\x1b[2Jb"])
  func `A name that leads elsewhere is refused`(name: String) throws {
    let zip = try made("z=zipfile.ZipFile(f,'w'); z.writestr('good','x'); z.writestr('\(name)','x'); z.close()")
    let tar = try made("t=tarfile.open(f,'w'); i=tarfile.TarInfo('\(name)'); t.addfile(i); t.close()")
    for bytes in [zip, tar] {
      let error = #expect(throws: ArchiveError.self) { _ = try read(bytes) }
      guard case .badName = error else { throw error ?? .notAnArchive }
    }
  }

  @Test(arguments: ["SYMTYPE", "LNKTYPE", "CHRTYPE", "BLKTYPE", "FIFOTYPE"])
  func `Links, devices and pipes are refused`(type: String) throws {
    let bytes = try made(
      "t=tarfile.open(f,'w'); i=tarfile.TarInfo('x'); i.type=tarfile.\(type); i.linkname='/etc/passwd'; t.addfile(i); t.close()")
    #expect(throws: ArchiveError.notAFile("x")) { _ = try read(bytes) }
  }

  @Test func `A link in a zip is refused`() throws {
    let bytes = try made(
      "z=zipfile.ZipFile(f,'w'); i=zipfile.ZipInfo('x'); i.create_system=3; i.external_attr=0o120777<<16; z.writestr(i,'/etc/passwd'); z.close()"
    )
    #expect(throws: ArchiveError.notAFile("x")) { _ = try read(bytes) }
  }

  @Test func `The same name twice is refused, a folder is passed over`() throws {
    let twice = try made("z=zipfile.ZipFile(f,'w'); z.writestr('a','x'); z.writestr('a','y'); z.close()")
    #expect(throws: ArchiveError.duplicate("a")) { _ = try read(twice) }
    let folder = try made(
      "z=zipfile.ZipFile(f,'w'); z.mkdir('d') if hasattr(z,'mkdir') else z.writestr('d/',''); z.writestr('d/a','y'); z.close()")
    #expect(try read(folder) == ["d/a"])
  }

  @Test func `A name with NUL ends there, or is refused; it never hides another ending`() throws {
    let bytes = try made("z=zipfile.ZipFile(f,'w'); i=zipfile.ZipInfo('ab'); i.filename='a.txt\\0.exe'; z.writestr(i,'x'); z.close()")
    do {
      let names = try read(bytes)
      #expect(names.allSatisfy { !$0.contains("\0") && !$0.hasSuffix(".exe") })
    } catch is ArchiveError {}
  }

  @Test func `A zip bomb is stopped by its ratio, its size, or its number of entries`() throws {
    let bomb = try made("z=zipfile.ZipFile(f,'w',zipfile.ZIP_DEFLATED); z.writestr('zeros',b'\\0'*200_000_000); z.close()")
    #expect(bomb.count < 300_000)
    #expect(throws: ArchiveError.entryTooLarge("zeros", limit: 50 << 20)) { _ = try read(bomb) }
    #expect(throws: ArchiveError.tooDense(ratio: 200)) { _ = try read(bomb, ArchiveLimits(entryBytes: 1 << 40, totalBytes: 1 << 40)) }
    #expect(throws: ArchiveError.tooLarge(limit: 1_000)) { _ = try read(bomb, ArchiveLimits(entryBytes: 1 << 40, totalBytes: 1_000)) }
    let many = try made("z=zipfile.ZipFile(f,'w')\nfor i in range(2000): z.writestr(str(i),'')\nz.close()")
    #expect(throws: ArchiveError.tooManyEntries(limit: 1_000)) { _ = try read(many, ArchiveLimits(entries: 1_000)) }
  }

  @Test func `A zip that lies of its sizes is stopped while it unpacks`() throws {
    // The directory and the head say 5 bytes; the packed bytes hold 200 MB.
    let bytes = try made(
      """
      z=zipfile.ZipFile(f,'w',zipfile.ZIP_DEFLATED); z.writestr('zeros',b'\\0'*200_000_000); z.close()
      b=open(f,'rb').read(); n=(200_000_000).to_bytes(4,'little'); assert b.count(n)==2
      open(f,'wb').write(b.replace(n,(5).to_bytes(4,'little')))
      """)
    #expect(throws: ArchiveError.self) { _ = try read(bytes) }
  }

  @Test func `A packed tar that unpacks to far more than it is, is stopped`() throws {
    let bytes = try made(
      "t=tarfile.open(f,'w:gz'); i=tarfile.TarInfo('x'); i.size=200_000_000; t.addfile(i,io.BytesIO(b'\\0'*i.size)); t.close()")
    #expect(throws: ArchiveError.tooDense(ratio: 200)) { _ = try read(bytes, ArchiveLimits(entryBytes: 1 << 40, totalBytes: 1 << 40)) }
  }

  @Test func `An encrypted entry is refused`() throws {
    let bytes = try made(
      """
      z=zipfile.ZipFile(f,'w'); z.writestr('a','secret'); z.close()
      b=bytearray(open(f,'rb').read()); b[6]|=1; c=b.index(b'PK\\1\\2'); b[c+8]|=1; open(f,'wb').write(b)
      """)
    #expect(throws: ArchiveError.encrypted("a")) { _ = try read(bytes) }
  }
}
