import Domain

/// One call to the outside, ready to be made.
enum OutboxCall: Sendable, Hashable {
  case mail(server: MailServer, to: String, data: [UInt8])
  case web(url: String, method: String, headers: [String], body: [UInt8], format: ChatRoom.Format?)
}

/// How a try ended.
enum OutboxOutcome: Sendable, Hashable {
  case sent
  /// Worth another try: nobody there, too slow, too busy.
  case trouble(code: String, text: String)
  /// The other side will not take it, however often it is tried.
  case refused(code: String, text: String)
}

/// Makes the calls: libcurl in production, a pretence in tests.
protocol OutboxCaller: Sendable {
  func perform(_ call: OutboxCall) async -> OutboxOutcome
}

extension OutboxOutcome {
  /// What a mail server answered; 0 where it said nothing.
  static func mail(_ status: Int, _ text: String) -> OutboxOutcome {
    switch status {
    case 200..<400: .sent
    // Not signed in, no TLS: somebody mends the settings, and then it goes.
    case 530, 534, 535, 538: .trouble(code: "smtp-\(status)", text: text)
    case 500..<600: .refused(code: "smtp-\(status)", text: text)
    default: .trouble(code: status == 0 ? "no-answer" : "smtp-\(status)", text: text)
    }
  }

  /// What a web server answered.
  static func web(_ status: Int, _ body: String, format: ChatRoom.Format?) -> OutboxOutcome {
    switch status {
    case 200..<300: format.map { robot(body, $0) } ?? .sent
    case 408, 425, 429: .trouble(code: "http-\(status)", text: body)
    case 400..<500: .refused(code: "http-\(status)", text: body)
    default: .trouble(code: "http-\(status)", text: body)
    }
  }

  /// Robots answer 200 to everything, and say in the body what was wrong.
  private static func robot(_ body: String, _ format: ChatRoom.Format) -> OutboxOutcome {
    guard format != .weibao else { return .sent }
    guard let answer = try? JSONValue(parsing: body), let code = answer["errcode"]?.integer else {
      return .trouble(code: "robot", text: body)
    }
    guard code != 0 else { return .sent }
    // Busy (-1), or spoken to too often.
    let passes: Set<Int64> = [-1, 45_009, 45_033, 130_101, 410_100, 88]
    let text = answer["errmsg"]?.text ?? ""
    return passes.contains(code) ? .trouble(code: "robot-\(code)", text: text) : .refused(code: "robot-\(code)", text: text)
  }

  /// The first words of what the other side said: on one line, without the recipient's address.
  func telling(without address: String) -> OutboxOutcome {
    func clean(_ text: String) -> String {
      let line = OutboxText.oneLine(address.isEmpty ? text : text.replacing(address, with: "…"))
      return String(line.prefix(200))
    }
    return switch self {
    case .sent: .sent
    case .trouble(let code, let text): .trouble(code: code, text: clean(text))
    case .refused(let code, let text): .refused(code: code, text: clean(text))
    }
  }
}
