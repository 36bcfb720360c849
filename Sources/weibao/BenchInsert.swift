import ArgumentParser
import Domain
import Foundation
import Operations
import Persistence

/// For Benchmarks: how fast this disk and SQLite take the very rows a case makes, with no product around them.
struct BenchInsert: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-insert", abstract: "Inserts the rows of cases in a bare loop.", shouldDisplay: false)

  @Option(help: "Path of a database of its own; it must not exist.") var database: String
  @Option(help: "How many cases.") var rows = 20_000
  @Option(help: "How many of them in one commit.") var batch = 64

  func run() async throws {
    guard !FileManager.default.fileExists(atPath: database) else { throw UsageRefusal.exists(database) }
    let open = try await OpenCompany.open(folder: (database as NSString).deletingLastPathComponent, address: .sqlite(database))
    // Real cases of a real company give the pattern of the rows: each touches all the indexes that a reported case does.
    _ = try await DemoOperations(open.company).run(cases: 0, seed: 1)
    let serials = try await open.database.read { db in
      try db.rows("SELECT serial_number FROM equipment ORDER BY id LIMIT 200") { $0.text(0) }
    }
    for (number, serial) in serials.enumerated() {
      let fields = Fields([
        "kind": .text("support"), "channel": .text("hotline"), "summary": .text("开机后图像全白 0-\(number)"), "serialNumber": .text(serial),
        "contact": .object(Fields(["name": .text("李敏"), "phone": .text("0791-8600\(1_000 + number)")])),
      ])
      let key = IdempotencyKey(
        key: "bench-\(number)", method: "POST", path: "/api/v1/requests", bodyHash: String(repeating: "0", count: 64))
      _ = try await RequestOperations(open.company).report(fields, Call(.system, idempotency: key))
    }
    let tables = ["journal", "personal", "request", "idempotency"]
    let patterns = try await open.database.read { db in
      try db.rows("SELECT id FROM request") { $0.text(0) }.map { id in
        try zip(tables, ["stream = ?", "subject = ?", "'request/' || id = ?", "subject = ?"]).map { table, condition in
          try db.rows("SELECT * FROM \(table) WHERE \(condition)", [.text("request/\(id)")]) { row in
            (0..<row.count).map { row.value($0) }
          }
        }
      }
    }
    let statements = zip(tables, patterns.first ?? []).map { table, rows in
      "INSERT INTO \(table) VALUES (\(Array(repeating: "?", count: rows.first?.count ?? 0).joined(separator: ", ")))"
    }
    let chance = open.company.chance, total = rows, batch = batch
    let now = OpenCompany.machineTime().milliseconds
    let start = ContinuousClock.now
    var done = 0
    while done < total {
      let first = done
      try await open.database.write { db in
        for number in first..<min(first + batch, total) {
          let id = chance.newID(at: OpenCompany.machineTime()) as RequestID
          func unique(_ text: String) -> SQLValue { .text(text + String(chance.next(), radix: 16)) }
          for (table, (statement, pattern)) in zip(tables, zip(statements, patterns[number % patterns.count])) {
            for values in pattern {
              var values = values
              switch table {
              case "journal":
                values[0] = .null
                values[1] = .text("request/\(id)")
                values[12] = unique("hash")
              case "personal":
                values[0] = unique("0123456789abcdef0123456789abcdef0123456789abcdef")
                values[1] = .text("request/\(id)")
                if values[2] == .text("phone") { values[3] = .text("0791-8600\(1_000 + number % 10_000)") }
              case "request":
                values[0] = .text(id.text)
                values[1] = .text("SR-20260101-\(number + 10_000)")
                (values[21], values[24]) = (.integer(now + Int64(number)), .integer(now + Int64(number) + 7_200_000))
              default:
                values[3] = .text("bench-1-\(number + 1_000)")
                values[5] = .integer(now + Int64(number))
                values[9] = .text("request/\(id)")
              }
              try db.execute(statement, values)
            }
          }
        }
      }
      done += batch
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try await open.close()
    try print(Output.json(["rows": Double(total), "seconds": seconds, "perSecond": Double(total) / seconds]))
  }
}
