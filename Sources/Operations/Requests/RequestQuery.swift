public import Domain
import Persistence

/// Filters of `GET /requests`; nil leaves one out.
public struct RequestQuery: Sendable {
  public enum Sort: String, Sendable, CaseIterable {
    case due
    case newest = "-reportedAt"
    case number
  }
  /// Taken, with nobody sent: a state of its own to dispatchers.
  public static let toSend = "to-send"
  /// `open`, `to-send` or one state.
  public var state: String?
  public var kind: RequestKind?
  public var urgency: Urgency?
  public var branch: String?
  public var customer: String?
  public var equipment: String?
  /// A staff id: cases with an open work order of this engineer.
  public var engineer: String?
  public var owner: String?
  /// How a promise ended (REP-1). Then the promise's branch, engineer and customer count, its due time gives the order, and the
  /// other filters are left out.
  public var promise: PromiseFilter?
  /// None but these, by id.
  var only: [String]?
  public var sort = Sort.newest
  public var cursor: String?
  public var limit = 50

  public init() {}
}

/// The customers and machines whose cases a list is about: each with what was merged into it.
struct CaseFamilies: Sendable {
  var customers: [String]?
  var machines: [String]?

  init(customers: [String]?, machines: [String]?) { (self.customers, self.machines) = (customers, machines) }

  init(_ query: RequestQuery, scope: Scope, actor: Actor, in db: any SQLReader) throws {
    customers = try query.customer.map { try Family.members(of: $0, .customers, in: db) }
    machines = try query.equipment.map { try Family.members(of: $0, .equipment, in: db) }
    guard scope == .customer else { return }
    let own = try Family.members(of: actor.customer?.text ?? "", .customers, in: db)
    customers = customers.map { $0.filter(own.contains) } ?? own
  }
}

/// The WHERE, ORDER and LIMIT of a list, and its cursor.
struct RequestListPlan {
  let condition: String
  let arguments: [SQLValue]
  private let sort: RequestQuery.Sort

  init(_ query: RequestQuery, scope: Scope, actor: Actor, families: CaseFamilies) throws {
    sort = query.sort
    var parts: [String] = [], values: [SQLValue] = []
    func equal(_ column: String, _ value: String?) {
      guard let value else { return }
      parts.append("r.\(column) = ?")
      values.append(.text(value))
    }
    if let only = query.only {
      let all = OneOf("r.id", only)
      parts.append(all.condition)
      values += all.values
    }
    if query.state == RequestQuery.toSend {
      // In the order of due times by its index, as below; in another order by the indexes of that order.
      parts.append("r.next_due <= ?")
      values.append(.integer(RequestProjector.noDue))
      parts.append("(r.state || '') IN ('accepted', 'working')")
      parts.append("NOT EXISTS (SELECT 1 FROM work_order w WHERE w.request_id = r.id AND w.open = 1)")
    } else if let word = query.state {
      let state = RequestState(rawValue: word)
      guard word == "open" || state != nil else {
        throw InputRefusal.field("state", "This is neither open nor a state.", code: "field.state")
      }
      if query.sort == .due {
        // The index of due times gives the order, and this bound keeps a page of open cases from walking through the ended
        // ones behind them. It must not be left for the index of states, which would sort them all: hence the empty text.
        parts.append("r.next_due \(state?.isOpen ?? true ? "<=" : ">") ?")
        values.append(.integer(RequestProjector.noDue))
        if state != nil {
          parts.append("(r.state || '') = ?")
          values.append(.text(word))
        } else {
          parts.append("r.open = 1")
        }
      } else if state != nil {
        equal("state", word)
      } else {
        parts.append("r.open = 1")
      }
    }
    equal("kind", query.kind?.rawValue)
    equal("urgency", query.urgency?.rawValue)
    equal("branch_id", query.branch)
    if let machines = families.machines {
      let all = OneOf("r.equipment_id", machines)
      parts.append(all.condition)
      values += all.values
    }
    equal("owner_id", query.owner)
    if let engineer = query.engineer {
      parts.append("r.id IN (SELECT request_id FROM work_order WHERE engineer_id = ? AND open = 1)")
      values.append(.text(engineer))
    }
    switch scope {
    case .all, .customer: break  // whose they are stands in the families
    case .involved:
      parts.append("r.id IN (SELECT request_id FROM work_order WHERE engineer_id = ? OR partner = ?)")
      values += [.text(actor.staff?.text ?? ""), .text(actor.partner ?? "")]
    }
    let order: String
    switch query.sort {
    case .due:
      order = "r.next_due, r.id"
      if let cursor = query.cursor {
        let from = try Cursor.number(cursor)
        parts.append("(r.next_due, r.id) > (?, ?)")
        values += [.integer(from.key), .text(from.id)]
      }
    case .newest:
      order = "r.reported_at DESC, r.id DESC"
      if let cursor = query.cursor {
        let from = try Cursor.number(cursor)
        parts.append("(r.reported_at, r.id) < (?, ?)")
        values += [.integer(from.key), .text(from.id)]
      }
    case .number:
      order = "r.number"
      if let cursor = query.cursor {
        parts.append("r.number > ?")
        values.append(.text(try Cursor(cursor).key))
      }
    }
    let limit = SQLValue.int(query.limit + 1)
    if let customers = families.customers, customers.count != 1 {
      (condition, arguments) = Self.eachOf(customers, parts, values, order, query.sort, limit)
    } else {
      if let customer = families.customers?.first {
        parts.append("r.customer_id = ?")
        values.append(.text(customer))
      }
      condition = (parts.isEmpty ? "" : "WHERE \(parts.joined(separator: " AND ")) ") + "ORDER BY \(order) LIMIT ?"
      arguments = values + [limit]
    }
  }

  /// A page of several customers: a page of each in the order of its index, then the first of them all. One condition for all would
  /// sort every case that they ever had.
  private static func eachOf(
    _ customers: [String], _ parts: [String], _ values: [SQLValue], _ order: String, _ sort: RequestQuery.Sort, _ limit: SQLValue
  ) -> (String, [SQLValue]) {
    guard !customers.isEmpty else { return ("WHERE 1 = 0 ORDER BY \(order) LIMIT ?", [limit]) }
    var pages: [String] = [], arguments: [SQLValue] = []
    for (place, customer) in customers.enumerated() {
      let condition = (parts + ["r.customer_id = ?"]).joined(separator: " AND ")
      pages.append("SELECT id FROM (SELECT r.id FROM request r WHERE \(condition) ORDER BY \(order) LIMIT ?) AS page\(place)")
      arguments += values + [.text(customer), limit]
    }
    // The sums keep the sort from walking an index of all cases.
    let last =
      switch sort {
      case .due: "(r.next_due + 0), r.id"
      case .newest: "(r.reported_at + 0) DESC, r.id DESC"
      case .number: "(r.number || '')"
      }
    return ("WHERE r.id IN (\(pages.joined(separator: " UNION ALL "))) ORDER BY \(last) LIMIT ?", arguments + [limit])
  }

  func cursor(of view: RequestView, due: Int64) -> Cursor {
    switch sort {
    case .due: Cursor(key: String(due), id: view.id)
    case .newest: Cursor(key: String(view.reportedAt.milliseconds), id: view.id)
    case .number: Cursor(key: view.number, id: "")
    }
  }
}
