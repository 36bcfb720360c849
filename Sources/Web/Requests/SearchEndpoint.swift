import Domain
import HTTPTypes
import Operations

extension WebServices {
  /// Exact keys first: number, serial number, phone (INT-3).
  var searchEndpoint: Endpoint {
    let search = search
    return Endpoint(
      method: .get, path: "/api/v1/search", summary: "Find a case, a machine or a customer by what a caller says (INT-3)", tag: "search",
      access: .right(.requestRead), query: Shape("SearchQuery", [Field("q", .text(max: 100), required: true)]), answer: "SearchResult"
    ) { .json(try await search.search($0.query.text("q") ?? "", by: $0.actor)) }
  }
}
