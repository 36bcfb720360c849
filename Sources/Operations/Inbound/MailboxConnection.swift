import CCurl
import Foundation

/// One connection to a mailbox: libcurl connects, encrypts and signs in; the few commands that we need are spoken here.
///
/// libcurl's own FETCH marks a mail as read when it hands it out, and reads the end of a command's answer out of the mail's lines. So
/// literals are counted here, and a mail is marked only when its case is on disk. Not thread-safe, and it waits: see ``MailWork``.
final class MailboxConnection {
  /// Seconds without a byte.
  static let patience: Int32 = 30
  private static let line = 1 << 20

  private let handle: UnsafeMutableRawPointer
  private var socket: curl_socket_t = -1
  private var buffer: [UInt8] = []
  private var start = 0
  private var tag = 0

  /// Connects, signs in and opens the folder.
  init(_ box: MailboxAddress, certificates: String? = nil) throws {
    curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    guard let handle = curl_easy_init() else { throw MailboxError("no memory") }
    self.handle = handle
    let scheme = box.isEncrypted ? "imaps" : "imap"
    let host = box.host.contains(":") && !box.host.hasPrefix("[") ? "[\(box.host)]" : box.host
    weibao_curl_set_text(handle, CURLOPT_URL, "\(scheme)://\(host):\(box.port)")
    weibao_curl_set_text(handle, CURLOPT_USERNAME, box.user)
    weibao_curl_set_text(handle, CURLOPT_PASSWORD, box.password)
    weibao_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "imap,imaps")
    weibao_curl_set_text(handle, CURLOPT_PROXY, "")
    if let certificates { CurlTrust.add(certificates, to: handle) }
    if !box.isEncrypted, !box.isLocal { weibao_curl_set_long(handle, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
    weibao_curl_set_long(handle, CURLOPT_CONNECT_ONLY, 1)
    weibao_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT, 20)
    weibao_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    do {
      let result = curl_easy_perform(handle)
      guard result == CURLE_OK else { throw MailboxError(String(cString: curl_easy_strerror(result))) }
      guard weibao_curl_get_socket(handle, &socket) == CURLE_OK, socket >= 0 else { throw MailboxError("no connection") }
      let folder = box.folder.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      try command("SELECT \"\(folder)\"")
    } catch {
      curl_easy_cleanup(handle)
      isClosed = true
      throw error
    }
  }

  private var isClosed = false
  deinit { close() }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    try? send("Z LOGOUT\r\n")
    curl_easy_cleanup(handle)
  }

  // MARK: What we need

  /// UIDs of what nobody has read, the oldest first.
  func unread(limit: Int) throws -> [UInt32] {
    let answers = try command("UID SEARCH UNSEEN")
    let found = answers.filter { $0.text.hasPrefix("* SEARCH") }.flatMap {
      $0.text.split(separator: " ").dropFirst(2).compactMap { UInt32($0) }
    }
    return Array(found.sorted().prefix(limit))
  }

  /// - Returns: nil where it is gone meanwhile.
  func size(of uid: UInt32) throws -> Int? {
    let answers = try command("UID FETCH \(uid) (RFC822.SIZE)")
    for answer in answers where answer.text.contains(" FETCH (") {
      if let found = answer.text.firstMatch(of: #/RFC822\.SIZE ([0-9]{1,12})/#) { return Int(found.1) }
    }
    return nil
  }

  /// The whole mail, left as unread as it was; nil where it is gone.
  func mail(_ uid: UInt32) throws -> [UInt8]? { try body(uid, "BODY.PEEK[]") }
  /// The beginning of its headers.
  func head(_ uid: UInt32) throws -> [UInt8]? { try body(uid, "BODY.PEEK[HEADER]<0.65536>") }

  func markRead(_ uid: UInt32) throws { try command("UID STORE \(uid) +FLAGS.SILENT (\\Seen)") }

  private func body(_ uid: UInt32, _ what: String) throws -> [UInt8]? {
    try command("UID FETCH \(uid) (\(what))").first { $0.text.contains(" FETCH (") && $0.literal != nil }?.literal
  }

  // MARK: The protocol (RFC 9051)

  private struct Line {
    /// Without its literals and line end.
    var text = ""
    var literal: [UInt8]?
  }

  @discardableResult
  private func command(_ text: String) throws -> [Line] {
    tag += 1
    let mark = "W\(tag)"
    try send("\(mark) \(text)\r\n")
    var lines: [Line] = []
    while lines.count < 10_000 {
      let line = try readLine()
      guard line.text.hasPrefix("\(mark) ") else {
        if line.text.hasPrefix("* BYE") { throw MailboxError("the server ended the connection: \(line.text.prefix(200))") }
        lines.append(line)
        continue
      }
      guard line.text.hasPrefix("\(mark) OK") else { throw MailboxError("\(text.prefix { $0 != "\"" }): \(line.text.prefix(200))") }
      return lines
    }
    throw MailboxError("the server answers without end")
  }

  /// One line of an answer, with the literals in it: `{1234}` at a line's end says that so many bytes follow.
  private func readLine() throws -> Line {
    var line = Line()
    while true {
      let text = try readText()
      line.text += text
      guard let found = text.firstMatch(of: #/\{([0-9]{1,12})\}$/#) else { return line }
      guard let count = Int(found.1), count <= MailLimits.usual.bytes else { throw MailboxError("the server sends more than was asked") }
      let bytes = try read(count)
      if line.literal == nil { line.literal = bytes }
    }
  }

  private func readText() throws -> String {
    var seen = start
    while true {
      if let end = buffer[seen...].firstIndex(of: 0x0A) {
        let text = String(decoding: buffer[start..<end], as: UTF8.self)
        start = end + 1
        return text.hasSuffix("\r") ? String(text.dropLast()) : text
      }
      guard buffer.count - start < Self.line else { throw MailboxError("a line without end") }
      seen = buffer.count - start
      try receive()
      seen += start
    }
  }

  private func read(_ count: Int) throws -> [UInt8] {
    while buffer.count - start < count { try receive() }
    defer { start += count }
    return Array(buffer[start..<(start + count)])
  }

  private func receive() throws {
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      var count = 0
      let result = curl_easy_recv(handle, &piece, piece.count, &count)
      if result == CURLE_AGAIN {
        try wait(for: POLLIN)
        continue
      }
      guard result == CURLE_OK, count > 0 else { throw MailboxError("the connection was cut") }
      buffer.append(contentsOf: piece[..<count])
      return
    }
  }

  private func send(_ text: String) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      var count = 0
      let result = rest.withUnsafeBytes { curl_easy_send(handle, $0.baseAddress, $0.count, &count) }
      if result == CURLE_AGAIN {
        try wait(for: POLLOUT)
        continue
      }
      guard result == CURLE_OK else { throw MailboxError("the connection was cut") }
      rest = rest.dropFirst(count)
    }
  }

  private func wait(for events: Int32) throws {
    var asked = pollfd(fd: socket, events: Int16(events), revents: 0)
    let ready = poll(&asked, 1, Self.patience * 1_000)
    guard ready > 0 || (ready < 0 && errno == EINTR) else { throw MailboxError("no answer for \(Self.patience) s") }
  }
}
