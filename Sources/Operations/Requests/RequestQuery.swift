public import Domain
import Persistence

/// Filters of `GET /requests`; nil leaves one out.
public struct RequestQuery: Sendable {
  public enum Sort: String, Sendable, CaseIterable {
    case due
    case newest = "-reportedAt"
    case number
  }
  /// `open` or one state.
  public var state: String?
  public var kind: RequestKind?
  public var urgency: Urgency?
  public var branch: String?
  public var customer: String?
  public var equipment: String?
  /// A staff id: cases with an open work order of this engineer.
  public var engineer: String?
  public var owner: String?
  public var sort = Sort.newest
  public var cursor: String?
  public var limit = 50

  public init() {}
}

/// The WHERE, ORDER and LIMIT of a list, and its cursor.
struct RequestListPlan {
  let condition: String
  let arguments: [SQLValue]
  private let sort: RequestQuery.Sort

  init(_ query: RequestQuery, scope: Scope, actor: Actor) throws {
    sort = query.sort
    var parts: [String] = [], values: [SQLValue] = []
    func equal(_ column: String, _ value: String?) {
      guard let value else { return }
      parts.append("r.\(column) = ?")
      values.append(.text(value))
    }
    if let word = query.state {
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
    equal("customer_id", query.customer)
    equal("equipment_id", query.equipment)
    equal("owner_id", query.owner)
    if let engineer = query.engineer {
      parts.append("r.id IN (SELECT request_id FROM work_order WHERE engineer_id = ? AND open = 1)")
      values.append(.text(engineer))
    }
    switch scope {
    case .all: break
    case .customer: equal("customer_id", actor.customer?.text ?? "")
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
    condition = (parts.isEmpty ? "" : "WHERE \(parts.joined(separator: " AND ")) ") + "ORDER BY \(order) LIMIT ?"
    arguments = values + [.int(query.limit + 1)]
  }

  func cursor(of view: RequestView, due: Int64) -> Cursor {
    switch sort {
    case .due: Cursor(key: String(due), id: view.id)
    case .newest: Cursor(key: String(view.reportedAt.milliseconds), id: view.id)
    case .number: Cursor(key: view.number, id: "")
    }
  }
}
