import ArgumentParser
import Domain
import Foundation
import Operations
import Persistence

/// For Benchmarks: how fast this disk and SQLite take the very rows a case makes, with no product around them.
struct BenchInsert: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-insert", abstract: "Inserts the rows of cases in a bare loop, 64 cases a commit.", shouldDisplay: false)

  @Option(help: "Path of a database of its own; it must not exist.") var database: String
  @Option(help: "How many cases.") var rows = 20_000

  func run() async throws {
    guard !FileManager.default.fileExists(atPath: database) else { throw UsageRefusal.exists(database) }
    let open = try await OpenCompany.open(folder: (database as NSString).deletingLastPathComponent, path: database)
    // One real case gives the pattern of the rows.
    let fields = Fields([
      "kind": .text("support"), "summary": .text("曝光后无图像，报 E-117"),
      "contact": .object(Fields(["name": .text("吴秋霞"), "phone": .text("13800000000")])),
    ])
    let key = IdempotencyKey(key: "first", method: "POST", path: "/api/v1/requests", bodyHash: String(repeating: "0", count: 64))
    _ = try await RequestOperations(open.company).report(fields, Call(.system, idempotency: key))
    let tables = ["journal", "personal", "request", "idempotency"]
    let patterns = try await open.database.read { db in
      try tables.map { table in
        let condition = table == "journal" ? "WHERE stream LIKE 'request/%'" : ""
        return try db.rows("SELECT * FROM \(table) \(condition)", []) { row in (0..<row.count).map { row.value($0) } }
      }
    }
    let statements = zip(tables, patterns).map { table, pattern in
      "INSERT INTO \(table) VALUES (\(Array(repeating: "?", count: pattern.first?.count ?? 0).joined(separator: ", ")))"
    }
    let chance = open.company.chance, total = rows
    let start = ContinuousClock.now
    var done = 0
    while done < total {
      let first = done
      try await open.database.write { db in
        for number in first..<min(first + 64, total) {
          let id = chance.newID(at: OpenCompany.machineTime()) as RequestID
          func unique(_ text: String) -> SQLValue { .text(text + String(chance.next(), radix: 16)) }
          for (table, (statement, pattern)) in zip(tables, zip(statements, patterns)) {
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
              case "request":
                values[0] = .text(id.text)
                values[1] = .text("SR-20260101-\(number + 10_000)")
              default: values[3] = unique("key")
              }
              try db.execute(statement, values)
            }
          }
        }
      }
      done += 64
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try await open.close()
    try print(Output.json(["rows": Double(total), "seconds": seconds, "perSecond": Double(total) / seconds]))
  }
}
