import CCurl
import Dispatch
import Foundation
import Synchronization

/// Calls by libcurl, each on a thread of its own: it waits for the network, and neither an event loop nor a task's thread may.
final class CurlCaller: OutboxCaller {
  private let queue = DispatchQueue(label: "weibao.outbox", attributes: .concurrent)
  /// Connections of earlier calls, so that a hundred mails are one conversation.
  private let idle = Mutex<[CurlHandle]>([])
  private let certificates: String?
  static let connectMilliseconds = 10_000, timeoutMilliseconds = 30_000
  /// Of an answer no more is kept or read.
  static let answerBytes = 65_536

  /// Before any thread calls it.
  private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  init(certificates: String? = nil) { self.certificates = certificates }

  func perform(_ call: OutboxCall) async -> OutboxOutcome {
    guard Self.isReady else { return .trouble(code: "no-answer", text: "libcurl does not start") }
    return await withCheckedContinuation { continuation in
      queue.async { [self] in
        guard let handle = idle.withLock({ $0.popLast() }) ?? CurlHandle() else {
          return continuation.resume(returning: .trouble(code: "no-answer", text: "no memory"))
        }
        let outcome = handle.perform(call, certificates)
        idle.withLock { if $0.count < 8 { $0.append(handle) } }
        continuation.resume(returning: outcome)
      }
    }
  }
}

/// One libcurl handle with its open connections, used by one thread at a time.
private final class CurlHandle: @unchecked Sendable {
  private let curl: UnsafeMutableRawPointer

  init?() {
    guard let curl = curl_easy_init() else { return nil }
    self.curl = curl
  }

  deinit { curl_easy_cleanup(curl) }

  func perform(_ call: OutboxCall, _ certificates: String?) -> OutboxOutcome {
    curl_easy_reset(curl)
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_CONNECTTIMEOUT_MS, CurlCaller.connectMilliseconds)
    set(CURLOPT_TIMEOUT_MS, CurlCaller.timeoutMilliseconds)
    set(CURLOPT_MAXAGE_CONN, 30)
    // Where an answer would send us is not what the administrator named.
    set(CURLOPT_FOLLOWLOCATION, 0)
    if let certificates { CurlTrust.add(certificates, to: curl) }
    let exchange = CurlExchange()
    set(CURLOPT_WRITEFUNCTION, receive)
    set(CURLOPT_WRITEDATA, exchange.pointer)
    var lists: [CurlList] = []
    switch call {
    case .mail(let server, let to, let data): lists = mail(server, to, data, exchange)
    case .web(let url, let method, let headers, let body, _): lists = web(url, method, headers, body)
    }
    let error = [UInt8](unsafeUninitializedCapacity: Int(CURL_ERROR_SIZE)) { buffer, count in
      (buffer[0], count) = (0, Int(CURL_ERROR_SIZE))
    }
    return withExtendedLifetime((lists, exchange)) { finish(call, exchange, error) }
  }

  private func finish(_ call: OutboxCall, _ exchange: CurlExchange, _ error: [UInt8]) -> OutboxOutcome {
    var error = error
    let result = error.withUnsafeMutableBytes { buffer in
      set(CURLOPT_ERRORBUFFER, buffer.baseAddress)
      defer { set(CURLOPT_ERRORBUFFER, nil as UnsafeMutableRawPointer?) }
      return curl_easy_perform(curl)
    }
    var status = 0
    _ = weibao_curl_get_long(curl, CURLINFO_RESPONSE_CODE, &status)
    let answer = String(decoding: exchange.answer, as: UTF8.self)
    let own = String(decoding: error.prefix { $0 != 0 }, as: UTF8.self)
    let text = own.isEmpty ? String(cString: curl_easy_strerror(result)) : own
    switch call {
    case .mail:
      return result == CURLE_OK ? .sent : status >= 400 ? .mail(status, text) : .mail(0, text)
    case .web(_, _, _, _, let format):
      // An answer that was cut off because it was too long has said enough.
      guard result == CURLE_OK || (result == CURLE_WRITE_ERROR && exchange.isFull && status > 0) else {
        return .trouble(code: result == CURLE_OPERATION_TIMEDOUT ? "timeout" : "no-answer", text: text)
      }
      return .web(status, answer, format: format)
    }
  }

  private func mail(_ server: MailServer, _ to: String, _ data: [UInt8], _ exchange: CurlExchange) -> [CurlList] {
    let rcpt = CurlList(["<\(to)>"])
    set(CURLOPT_URL, server.curlURL)
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    set(CURLOPT_USE_SSL, server.isPlain ? Int(CURLUSESSL_NONE.rawValue) : Int(CURLUSESSL_ALL.rawValue))
    if let user = server.user { set(CURLOPT_USERNAME, user) }
    if let password = server.password { set(CURLOPT_PASSWORD, password) }
    set(CURLOPT_MAIL_FROM, "<\(server.address)>")
    _ = weibao_curl_set_list(curl, CURLOPT_MAIL_RCPT, rcpt.head)
    exchange.outgoing = data
    set(CURLOPT_READFUNCTION, give)
    set(CURLOPT_READDATA, exchange.pointer)
    set(CURLOPT_UPLOAD, 1)
    return [rcpt]
  }

  private func web(_ url: String, _ method: String, _ headers: [String], _ body: [UInt8]) -> [CurlList] {
    let list = CurlList(headers + ["Expect:"])
    set(CURLOPT_URL, url)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_USERAGENT, "weibao")
    _ = weibao_curl_set_list(curl, CURLOPT_HTTPHEADER, list.head)
    if method == "POST" {
      set(CURLOPT_POST, 1)
      _ = weibao_curl_set_size(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
      // Copied at once.
      body.withUnsafeBytes { bytes in
        let empty = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        if body.isEmpty { set(CURLOPT_COPYPOSTFIELDS, "") } else { _ = weibao_curl_set_pointer(curl, CURLOPT_COPYPOSTFIELDS, empty) }
      }
    } else {
      set(CURLOPT_HTTPGET, 1)
    }
    return [list]
  }

  private func set(_ option: CURLoption, _ value: Int) { _ = weibao_curl_set_long(curl, option, value) }
  private func set(_ option: CURLoption, _ value: String) { _ = weibao_curl_set_text(curl, option, value) }
  private func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) { _ = weibao_curl_set_pointer(curl, option, value) }
  private func set(_ option: CURLoption, _ value: weibao_curl_bytes) { _ = weibao_curl_set_bytes(curl, option, value) }
}

/// What goes out and comes in while libcurl calls back.
private final class CurlExchange {
  var outgoing: [UInt8] = []
  var given = 0
  var answer: [UInt8] = []
  var isFull: Bool { answer.count >= CurlCaller.answerBytes }

  var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }
  static func at(_ pointer: UnsafeMutableRawPointer?) -> CurlExchange? {
    pointer.map { Unmanaged<CurlExchange>.fromOpaque($0).takeUnretainedValue() }
  }
}

private let receive: weibao_curl_bytes = { bytes, size, count, context in
  guard let exchange = CurlExchange.at(context), let bytes else { return 0 }
  let room = CurlCaller.answerBytes - exchange.answer.count
  UnsafeRawBufferPointer(start: bytes, count: min(size * count, room)).forEach { exchange.answer.append($0) }
  // Fewer than it offered ends the transfer.
  return min(size * count, room)
}

private let give: weibao_curl_bytes = { bytes, size, count, context in
  guard let exchange = CurlExchange.at(context), let bytes else { return 0 }
  let part = exchange.outgoing[exchange.given...].prefix(size * count)
  part.withUnsafeBytes { source in
    if let from = source.baseAddress { memcpy(bytes, from, source.count) }
  }
  exchange.given += part.count
  return part.count
}

private final class CurlList {
  private(set) var head: UnsafeMutablePointer<curl_slist>?

  init(_ lines: [String]) { for line in lines { head = curl_slist_append(head, line) ?? head } }
  deinit { curl_slist_free_all(head) }
}
