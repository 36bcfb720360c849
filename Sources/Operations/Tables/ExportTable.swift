import Domain
import Persistence

/// One file of `weibao export --tables`: its columns, and how its rows are read.
struct ExportTable: Sendable {
  struct Column: Sendable {
    /// As in the API; the key in JSON Lines.
    let name: String
    let chinese: String
    /// What it means, for the README.
    let note: String
    let chineseNote: String

    init(_ name: String, _ chinese: String, _ note: String = "", zh chineseNote: String = "") {
      (self.name, self.chinese, self.note, self.chineseNote) = (name, chinese, note, chineseNote)
    }

    /// `customer name` for `customerName`.
    var english: String { RegisterField.snake(name).replacing("_", with: " ") }
  }

  /// The file's name without its ending.
  let name: String
  let title: (english: String, chinese: String)
  let columns: [Column]
  /// Gives every row, in a fixed order, with a cell for each column.
  let read: @Sendable (ExportState, any SQLReader, ([ExportCell]) throws -> Void) throws -> Void
}

/// What rows are read with.
struct ExportState: Sendable {
  let now: Instant
  let policies: PolicyShelf
}

/// One value of an exported row.
enum ExportCell: Sendable, Hashable {
  case none
  case text(String)
  case integer(Int64)
  case bool(Bool)
  /// UTC milliseconds.
  case instant(Int64)
  /// Lists and objects, as JSON.
  case json(String)

  static func optional(_ text: String?) -> ExportCell { text.map { .text($0) } ?? .none }
  static func instant(_ milliseconds: Int64?) -> ExportCell { milliseconds.map { .instant($0) } ?? .none }
}

enum TableFormat: String, Sendable, CaseIterable {
  case csv, jsonl

  /// - Parameter chinese: headings in Chinese. JSON Lines have the names of the API as keys, and no line of headings.
  func headings(_ table: ExportTable, chinese: Bool) -> [UInt8] {
    guard self == .csv else { return [] }
    // A byte order mark, by which spreadsheets know UTF-8.
    return Array("\u{FEFF}\(CSV.line(table.columns.map { chinese ? $0.chinese : $0.name }))\r\n".utf8)
  }

  func append(_ cells: [ExportCell], of table: ExportTable, to line: inout [UInt8]) {
    switch self {
    case .csv:
      for (index, cell) in cells.enumerated() {
        if index > 0 { line.append(UInt8(ascii: ",")) }
        switch cell {
        case .none: break
        case .text(let text): Self.quote(RegisterExport.harmless(text), to: &line)
        case .integer(let integer): line.append(contentsOf: String(integer).utf8)
        case .bool(let bool): line.append(contentsOf: (bool ? "true" : "false").utf8)
        case .instant(let milliseconds): line.append(contentsOf: Instant(milliseconds: milliseconds).description.utf8)
        case .json(let json): Self.quote(json, to: &line)
        }
      }
      line.append(contentsOf: "\r\n".utf8)
    case .jsonl:
      var json = JSONWriter(reserving: 512)
      json.object { json in
        for (column, cell) in zip(table.columns, cells) {
          switch cell {
          case .none: json.field(column.name, String?.none)
          case .text(let text): json.field(column.name, text)
          case .integer(let integer): json.field(column.name, integer)
          case .bool(let bool): json.field(column.name, bool)
          case .instant(let milliseconds): json.field(column.name, Instant(milliseconds: milliseconds))
          case .json(let text): json.field(column.name, raw: text)
          }
        }
      }
      line.append(contentsOf: json.bytes)
      line.append(0x0A)
    }
  }

  /// As `CSV.line` does, by bytes: there are millions.
  private static func quote(_ text: String, to line: inout [UInt8]) {
    var text = text
    text.withUTF8 { utf8 in
      guard utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else { return line.append(contentsOf: utf8) }
      line.append(0x22)
      var plain = 0
      for (index, byte) in utf8.enumerated() where byte == 0x22 {
        line.append(contentsOf: utf8[plain...index])
        plain = index
      }
      line.append(contentsOf: utf8[plain...])
      line.append(0x22)
    }
  }
}
