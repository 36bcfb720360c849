import Operations
import Synchronization

/// Counts and times of calls by route and status, as Prometheus reads them. Labels are routes, never paths: no ids, no names.
final class Metrics: Sendable {
  private struct Key: Hashable { let method, route: String; let status: Int }
  private struct Route: Hashable { let method, route: String }
  private struct Histogram {
    var buckets = [Int](repeating: 0, count: Metrics.bounds.count)
    var count = 0
    var sum = 0.0
  }
  private struct State {
    var counts: [Key: Int] = [:]
    var times: [Route: Histogram] = [:]
    var inFlight = 0
    var live = 0
  }

  /// Seconds; the marks for lists and cases lie at 10 ms.
  static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
  private let state = Mutex(State())

  func begin() { state.withLock { $0.inFlight += 1 } }

  func liveBegins() { state.withLock { $0.live += 1 } }
  func liveEnds() { state.withLock { $0.live -= 1 } }

  func end(method: String, route: String, status: Int, seconds: Double) {
    state.withLock { state in
      state.inFlight -= 1
      state.counts[Key(method: method, route: route, status: status), default: 0] += 1
      var histogram = state.times[Route(method: method, route: route)] ?? Histogram()
      histogram.count += 1
      histogram.sum += seconds
      if let bucket = Self.bounds.firstIndex(where: { seconds <= $0 }) { histogram.buckets[bucket] += 1 }
      state.times[Route(method: method, route: route)] = histogram
    }
  }

  func text(gauges: [WebServices.Gauge]) -> String {
    let state = self.state.withLock { $0 }
    var lines = ["# HELP weibao_http_requests_total Calls answered.", "# TYPE weibao_http_requests_total counter"]
    for (key, count) in state.counts.sorted(by: {
      ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status)
    }) {
      lines.append(#"weibao_http_requests_total{method="\#(key.method)",route="\#(key.route)",status="\#(key.status)"} \#(count)"#)
    }
    lines += ["# HELP weibao_http_request_seconds Time to the answer.", "# TYPE weibao_http_request_seconds histogram"]
    for (route, histogram) in state.times.sorted(by: { ($0.key.route, $0.key.method) < ($1.key.route, $1.key.method) }) {
      let labels = #"method="\#(route.method)",route="\#(route.route)""#
      var sum = 0
      for (bound, count) in zip(Self.bounds, histogram.buckets) {
        sum += count
        lines.append(#"weibao_http_request_seconds_bucket{\#(labels),le="\#(bound)"} \#(sum)"#)
      }
      lines.append(#"weibao_http_request_seconds_bucket{\#(labels),le="+Inf"} \#(histogram.count)"#)
      lines.append("weibao_http_request_seconds_sum{\(labels)} \(histogram.sum)")
      lines.append("weibao_http_request_seconds_count{\(labels)} \(histogram.count)")
    }
    lines += [
      "# HELP weibao_http_in_flight Calls being answered.", "# TYPE weibao_http_in_flight gauge", "weibao_http_in_flight \(state.inFlight)",
      "# HELP weibao_live_connections Open streams of changes.", "# TYPE weibao_live_connections gauge",
      "weibao_live_connections \(state.live)",
    ]
    for gauge in gauges {
      lines += ["# HELP \(gauge.name) \(gauge.help)", "# TYPE \(gauge.name) gauge", "\(gauge.name) \(gauge.value)"]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
