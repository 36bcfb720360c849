import Domain
import Operations

/// Help from afar (REM-2): whether the hospital consented, since when a session runs, how the last one ended.
struct RemotePart: PageValue {
  let wording: Wording
  let isRunning: Bool
  let lines: [Choice]

  /// Nil where there was no session.
  init?(_ view: RequestView, _ journal: [JournalItem], _ wording: Wording) {
    guard let start = journal.last(where: { $0.event == "remote-started" }) else { return nil }
    let end = journal.last { $0.event == "remote-ended" && $0.occurredAt >= start.occurredAt && $0.version > start.version }
    let body = try? JSONValue(parsing: start.data)
    func line(_ key: String, _ words: String) -> Choice? { words.isEmpty ? nil : Choice(value: wording.text(key), words: words) }
    self.wording = wording
    isRunning = end == nil
    lines = [
      line("remote.consent", start.personName ?? wording.text("remote.named")), line("remote.by", start.actorName ?? ""),
      line("remote.tool", body?["tool"]?.text ?? ""), line("remote.purpose", body?["purpose"]?.text ?? ""),
      line("remote.from", wording.moment(start.occurredAt)),
      end.flatMap { end in
        let result = (try? JSONValue(parsing: end.data))?["result"]?.text ?? ""
        return line("remote.to", "\(wording.moment(end.occurredAt))  \(wording.word("result", result))")
      },
    ].compactMap { $0 }
  }

  func child(named: String) -> Any? {
    switch named {
    case "isRunning": isRunning
    case "remoteLines": lines
    default: nil
    }
  }
}
