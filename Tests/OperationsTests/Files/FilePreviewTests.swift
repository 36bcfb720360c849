import Foundation
import Testing

@testable import Operations

@Suite struct FilePreviewTests {
  private func preview(_ name: String, _ type: String, side: Int = 320) async throws -> [UInt8]? {
    try await FilePreviews(waiting: 1_000).preview(of: HostileFiles.path(name), type: type, side: side)
  }

  private func sides(_ jpeg: [UInt8]) async throws -> String {
    let head = try await ExternalProgram("vipsheader").run(["stdin"], input: .bytes(jpeg))
    return String(decoding: head.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
  }

  @Test(arguments: ["photo.jpg", "photo.png", "photo.webp", "photo.gif", "photo.tif", "photo.heic"])
  func `a picture of any kind has a small one`(name: String) async throws {
    let type = try await FileInspector(waiting: 1_000).inspect(HostileFiles.path(name), name: name).type
    let made = try #require(try await preview(name, type))
    #expect(FileSignature(made) == .kind(.jpeg) && made.count <= 64 << 10)
    #expect(try await sides(made) == "320x240")
    #expect(try await sides(try #require(try await preview(name, type, side: 1_280))) == "400x300", "small ones are not made larger")
  }

  @Test func `a phone's photo is turned upright, and says neither where it was taken nor by what`() async throws {
    let original = try Data(contentsOf: URL(filePath: HostileFiles.path("phone.jpg")))
    #expect(original.range(of: Data("SECRETPHONE".utf8)) != nil)
    let made = try #require(try await preview("phone.jpg", "image/jpeg"))
    #expect(try await sides(made) == "240x320")
    for word in ["SECRETPHONE", "Exif", "GPS", "http://ns.adobe.com"] { #expect(Data(made).range(of: Data(word.utf8)) == nil) }
  }

  @Test func `a PDF shows its first page`() async throws {
    let made = try #require(try await preview("manual.pdf", "application/pdf"))
    #expect(FileSignature(made) == .kind(.jpeg))
    #expect(try await sides(made).hasSuffix("x320"))
  }

  @Test(arguments: ["noise.mp4", "report.docx", "test-image.dcm", "screen.bmp", "notes.txt"])
  func `what is no picture has none`(name: String) async throws {
    let type = try await FileInspector(waiting: 1_000).inspect(HostileFiles.path(name), name: name).type
    #expect(!FilePreviews.isMade(of: type))
    #expect(try await preview(name, type) == nil)
  }

  @Test func `what cannot be read has none, and says so`() async throws {
    await #expect(throws: FileRefusal.damaged(.pdf)) { try await preview("cut.pdf", "application/pdf") }
    await #expect(throws: FileRefusal.damaged(.png)) { try await preview("only-a-head.png", "image/png") }
    // An SVG under a picture's type: the readers that would fetch what it names are off.
    await #expect(throws: FileRefusal.damaged(.png)) { try await preview("picture.svg", "image/png") }
  }
}
