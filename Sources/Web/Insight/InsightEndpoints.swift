import Domain
import HTTPTypes
import Operations

extension WebServices {
  /// On-time rates (REP-1).
  var insightEndpoints: [Endpoint] {
    let insight = insight
    return [
      Endpoint(
        method: .get, path: "/api/v1/insight/on-time", summary: "How many promises due in some months were kept (REP-1)", tag: "insight",
        access: .right(.insightRead), query: OnTimeInput.shape, answer: "OnTime"
      ) { incoming in
        let query = incoming.query
        let filter = try OnTimeInput.filter(query, at: try insight.now())
        let group = query.text("by").flatMap(OnTimeGroup.init(rawValue:)) ?? .target
        return .json(try await insight.onTime(filter, by: group, by: incoming.actor))
      }
    ]
  }
}

/// The query items of on-time rates, shared with the list of the cases behind a figure.
enum OnTimeInput {
  static let months = [
    Field("from", .text(max: 7), note: "A month as 2026-11 in the company's zone; this month when left out"),
    Field("to", .text(max: 7), note: "The last month, at most 24 in all"),
    Field("target", .text(max: 100), note: "A target's id, such as respond"),
  ]
  static let shape = Shape(
    "OnTimeQuery",
    [Field("by", .word(OnTimeGroup.allCases.map(\.rawValue)), note: "What there is a row for; target when left out")] + months + [
      Field("branch", .reference), Field("engineer", .reference), Field("customer", .reference),
    ])

  static func filter(_ fields: Fields, at now: Instant) throws(InputRefusal) -> OnTimeFilter {
    var filter = try OnTimeFilter(from: fields.text("from"), to: fields.text("to"), at: now)
    (filter.target, filter.branch) = (fields.text("target"), fields.text("branch"))
    (filter.engineer, filter.customer) = (fields.text("engineer"), fields.text("customer"))
    return filter
  }
}
