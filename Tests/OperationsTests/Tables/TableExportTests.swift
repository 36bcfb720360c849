import Domain
import Foundation
import Persistence
import Testing

@testable import Operations

/// Everything leaves in a form that others read (ORG-2).
@Suite struct TableExportTests {
  private func exported(_ desk: TestDesk, _ format: String, chinese: Bool = false, name: String = "out") async throws -> String {
    let folder = desk.test.folder.appending(path: name).path
    _ = try await TableExport(desk.test.company).run(to: folder, format: format, chinese: chinese, by: .system)
    return folder
  }

  private func lines(_ path: String) throws -> [String] {
    String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// A desk with a case that went through a work order, and something in every list.
  private func busy() async throws -> TestDesk {
    let desk = try await TestDesk()
    let id = try await desk.report(["serialNumber": "SN-1", "harm": "suspected"])["id"].text
    try await desk.take(.accept, on: id)
    try await desk.take(.dispatch, ["engineer": desk.wang.id], on: id, by: desk.gao)
    return desk
  }

  @Test func `every row is there, with names, promises and times people can read`() async throws {
    let desk = try await busy()
    let folder = try await exported(desk, "jsonl")
    let cases = try lines("\(folder)/requests.jsonl").map { try JSON($0) }
    #expect(cases.count == 1)
    let found = cases[0]
    #expect(found["customerName"].text == "余干县人民医院" && found["siteName"].text == "门诊楼" && found["serialNumber"].text == "SN-1")
    #expect(found["contactName"].text == "周主任" && found["contactPhone"].text == TestDesk.phone && found["ownerName"].text == "陈")
    #expect(found["reportedAt"].text == "2026-11-23T01:00:00.000Z" && found["state"].text == "working")
    let view = try await desk.find(found["number"].text)
    let promises = try lines("\(folder)/targets.jsonl").map { try JSON($0) }
    #expect(promises.map { $0["due"].text } == view["targets"].items.map { $0["due"].text })
    #expect(promises.map { $0["state"].text } == view["targets"].items.map { $0["state"].text })
    let orders = try lines("\(folder)/work-orders.jsonl").map { try JSON($0) }
    #expect(orders.map { $0["engineerName"].text } == ["王"] && orders[0]["arrivedAt"].isNull)
    let events = try lines("\(folder)/events.jsonl").map { try JSON($0) }
    #expect(try await events.count == desk.test.number("SELECT COUNT(*) FROM journal"))
    #expect(events.last!["body"]["engineer"].text == desk.wang.staff!.text && events.last!["actorName"].text == "高")
    let machine = try #require(try lines("\(folder)/equipment.jsonl").map { try JSON($0) }.first { $0["serialNumber"].text == "SN-1" })
    #expect(machine["modelName"].text == "DR-3000" && machine["customerName"].text == "余干县人民医院")
    // What an event holds as a hash is found in people.
    let people = try lines("\(folder)/people.jsonl").map { try JSON($0) }
    let reported = events.first { $0["event"].text == "reported" }!
    #expect(people.first { $0["hash"] == reported["body"]["contact"]["phone"] }?["value"].text == TestDesk.phone)
  }

  @Test func `the manifest has every file's rows and hash, and the README every column in both languages`() async throws {
    let desk = try await busy()
    for format in ["csv", "jsonl"] {
      let folder = try await exported(desk, format, name: format)
      let manifest = try JSON(String(decoding: FileManager.default.contents(atPath: "\(folder)/manifest.json")!, as: UTF8.self))
      var files: Set = ["manifest.json", "README.txt"]
      for entry in manifest["tables"].items {
        let bytes = [UInt8](FileManager.default.contents(atPath: "\(folder)/\(entry["file"].text)")!)
        // By names of their own: within one macro Swift 6.3's optimizer does not compile this.
        let hash = entry["sha256"].text, size = entry["bytes"].integer
        #expect(PassingHash.text(of: bytes) == hash && Int64(bytes.count) == size)
        let heading = format == "csv" ? 1 : 0
        #expect(Int64(bytes.count { $0 == 0x0A } - heading) >= entry["rows"].integer!)
        files.insert(entry["file"].text)
      }
      #expect(Set(try FileManager.default.contentsOfDirectory(atPath: folder)) == files)
      let readme = String(decoding: FileManager.default.contents(atPath: "\(folder)/README.txt")!, as: UTF8.self)
      for table in ExportTable.all { for column in table.columns { #expect(readme.contains("\n\(column.name) (\(column.chinese)): ")) } }
    }
    #expect(try await desk.test.number("SELECT COUNT(*) FROM access_log WHERE event = 'exported' AND what = 'tables'") == 2)
  }

  @Test func `what a spreadsheet would compute goes out as text, and other text as it is`() async throws {
    let desk = try await TestDesk()
    let formula = "=HYPERLINK(\"http://x\",\"y\")", multi = "第一行\n第二行,\"引号\""
    _ = try await desk.report(["summary": .text(formula), "description": .text(multi)])
    let folder = try await exported(desk, "csv", chinese: true)
    let bytes = [UInt8](FileManager.default.contents(atPath: "\(folder)/requests.csv")!)
    #expect(bytes.starts(with: [0xEF, 0xBB, 0xBF]))
    let rows = try CSV.rows(bytes)
    #expect(rows.count == 2 && rows[0].cells.contains("单号") && rows[1].cells.contains("'" + formula) && rows[1].cells.contains(multi))
    #expect(rows.allSatisfy { $0.cells.count == rows[0].cells.count })
  }

  @Test func `passwords, sessions and tokens stay out`() async throws {
    let desk = try await busy()
    try await desk.test.company.database.write { db in
      try db.execute(
        "INSERT INTO account (staff, name, password, disabled, created_at, changed_at) VALUES (?, 'wang', 'scrypt$secret', 0, 1, 1)",
        [.text(desk.wang.staff!.text)])
      try db.execute("INSERT INTO token (hash, id, staff, created_at, expires_at) VALUES ('tokenhash', 't', 's', 1, 2)")
    }
    let folder = try await exported(desk, "csv")
    for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let text = String(decoding: FileManager.default.contents(atPath: "\(folder)/\(file)")!, as: UTF8.self)
      #expect(!text.contains("scrypt$secret") && !text.contains("tokenhash"), "\(file)")
    }
    #expect(try lines("\(folder)/accounts.csv").last!.contains("wang"))
  }

  @Test func `a folder that is there is not written to, and nothing half is left where it cannot be`() async throws {
    let desk = try await busy()
    let folder = try await exported(desk, "csv")
    await #expect(throws: MoveRefusal.cannotWrite(folder)) { try await exported(desk, "csv") }
    await #expect(throws: MoveRefusal.cannotWrite("/proc/weibao")) {
      try await TableExport(desk.test.company).run(to: "/proc/weibao", format: "csv", chinese: false, by: .system)
    }
    // A case under a policy that nobody has any more: the export ends in the middle.
    try await desk.test.company.database.write { db in try db.execute("UPDATE request SET policy = 'gone'") }
    await #expect(throws: PolicyMissing.self) { try await exported(desk, "csv", name: "second") }
    let left = try FileManager.default.contentsOfDirectory(atPath: desk.test.folder.path)
    #expect(!left.contains { $0.hasPrefix("second") })
  }
}
