import Domain
import Persistence

extension ExportTable {
  /// A register with all its fields, archived records included; of a reference the id and the name.
  static func register(_ kind: ImportKind, _ english: String, _ chinese: String) -> ExportTable {
    let description = kind.register.description
    var columns = [Column("id", "编号", "The record's id", zh: "记录的标识")]
    for field in description.fields {
      let heading = kind.headings(of: field.name).first ?? field.name
      if case .reference(let other) = field.storage {
        columns.append(Column(field.name, "\(heading)编号", "Id in \(other.rawValue). \(field.field.note)", zh: "所指记录的标识"))
        columns.append(Column("\(field.name)Name", heading, "Its name", zh: "名称"))
      } else {
        columns.append(Column(field.name, heading, field.field.note))
      }
    }
    if description.register == .equipment {
      columns.append(Column("warrantyEnds", "保修到期", "The end of warranty (WAR-1)", zh: "保修期截止日"))
    }
    if description.isPersonal { columns.append(Column("forgotten", "已删除个人信息", "The person's values were erased", zh: "个人信息已按要求删除")) }
    columns += [
      Column("archived", "已停用", "Out of use", zh: "不再使用"), Column("version", "版本", "Events of the record so far", zh: "该记录的事件数"),
    ]
    let names = columns.map(\.name)
    return ExportTable(name: kind == .machines ? "equipment" : kind.rawValue, title: (english, chinese), columns: columns) { _, db, give in
      let reader = RegisterReader(kind.register)
      var query = RegisterQuery()
      (query.limit, query.includeArchived) = (200, true)
      repeat {
        let page = try reader.page(query, in: db)
        for item in page.items {
          let json = try JSONValue(parsing: item.json)
          try give(names.map { cell(json, $0) })
        }
        query.cursor = page.next
      } while query.cursor != nil
    }
  }

  private static func cell(_ json: JSONValue, _ name: String) -> ExportCell {
    // A nested reference is `{id, name}`.
    if name.hasSuffix("Name"), let nested = json[String(name.dropLast(4))], nested.members != nil { return .optional(nested["name"]?.text) }
    switch json[name] {
    case nil, .null: return .none
    case .text(let text): return .text(text)
    case .integer(let integer): return .integer(integer)
    case .bool(let bool): return .bool(bool)
    case .some(let other): return other["id"]?.text.map { .text($0) } ?? .json(other.json)
    }
  }
}
