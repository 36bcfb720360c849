import Domain
import HTTPTypes
import Operations

extension WebServices {
  /// Exact keys first, then records, then the newest cases (INT-3).
  var searchEndpoint: Endpoint {
    let search = search
    return Endpoint(
      method: .get, path: "/api/v1/search", summary: "Find cases, machines, customers and people by what a caller says (INT-3)",
      tag: "search",
      access: .right(.requestRead), query: Shape("SearchQuery", [Field("q", .text(max: 100), required: true)]), answer: "SearchResult"
    ) { .json(try await search.search($0.query.text("q") ?? "", by: $0.actor)) }
  }
}
