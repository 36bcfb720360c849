import Domain

/// RFC 5545, as much of it as visits need. Instants are UTC; whoever reads shows them in the own zone.
enum ICalendar {
  struct Visit: Sendable {
    let id, order, request: String
    /// On site since, else planned for, else sent at.
    let begins, ends: Instant
    let changed: Instant
    let version: Int
    let isOpen, isCancelled, isPlanned: Bool
    var customer, site, address, model, serialNumber: String?
  }

  /// Octets of a line without its end.
  static let width = 75

  static func text(name: String, _ visits: [Visit], chinese: Bool) -> String {
    var lines = [
      "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//weibao//visits//ZH", "CALSCALE:GREGORIAN", "X-WR-CALNAME:\(escaped(name))",
      "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M",
    ]
    for visit in visits.sorted(by: { ($0.begins, $0.id) < ($1.begins, $1.id) }) { lines += event(visit, chinese) }
    lines.append("END:VCALENDAR")
    return lines.map { folded($0) + "\r\n" }.joined()
  }

  private static func event(_ visit: Visit, _ chinese: Bool) -> [String] {
    let machine = [visit.model, visit.serialNumber].compactMap { $0 }.joined(separator: " ")
    let title = [visit.customer ?? (chinese ? "不明客户" : "Unknown customer"), visit.model].compactMap { $0 }
    var said = [(chinese ? "工单 " : "Case ") + visit.request, (chinese ? "派工单 " : "Work order ") + visit.order]
    if !machine.isEmpty { said.append((chinese ? "机器 " : "Machine ") + machine) }
    if !visit.isPlanned { said.append(chinese ? "没有约定时间：这里是派工的时间。" : "No time was agreed: this is when it was sent.") }
    let place = [visit.customer, visit.site, visit.address].compactMap { $0 }.joined(separator: " ")
    var lines = [
      "BEGIN:VEVENT", "UID:\(visit.id)@weibao", "DTSTAMP:\(stamp(visit.changed))", "LAST-MODIFIED:\(stamp(visit.changed))",
      "SEQUENCE:\(max(visit.version - 1, 0))", "DTSTART:\(stamp(visit.begins))", "DTEND:\(stamp(max(visit.ends, visit.begins)))",
      "SUMMARY:\(escaped(title.joined(separator: " · ")))",
    ]
    if !place.isEmpty { lines.append("LOCATION:\(escaped(place))") }
    lines += [
      "DESCRIPTION:\(escaped(said.joined(separator: "\n")))", "STATUS:\(visit.isCancelled ? "CANCELLED" : "CONFIRMED")", "END:VEVENT",
    ]
    return lines
  }

  /// `20261123T051500Z`.
  static func stamp(_ instant: Instant) -> String {
    let text = instant.description
    return text.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
  }

  static func escaped(_ text: String) -> String {
    var all = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", ";", ",": all.unicodeScalars.append(contentsOf: ["\\", scalar])
      case "\n": all += "\\n"
      default: if scalar.value >= 0x20, scalar.value != 0x7F { all.unicodeScalars.append(scalar) }
      }
    }
    return all
  }

  /// Lines of at most 75 octets; no character is cut in two.
  static func folded(_ line: String) -> String {
    var all = "", room = width
    for scalar in line.unicodeScalars {
      let size = String(scalar).utf8.count
      if size > room {
        all += "\r\n "
        room = width - 1
      }
      all.unicodeScalars.append(scalar)
      room -= size
    }
    return all
  }
}
