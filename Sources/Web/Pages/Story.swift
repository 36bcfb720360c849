import Domain
import Operations

/// The journal of a case in plain words, newest first.
struct Story: Sendable {
  let wording: Wording
  /// Staff by id, as far as the page knows their names.
  let names: [String: String]
  /// Names of promises by id, as the case's policy writes them.
  let targets: [String: String]
  /// Engineers of the work orders by id of the work order.
  let orders: [String: WorkOrderView]
  /// Names of attached files by id; what was erased has none.
  let files: [String: String]

  init(_ view: RequestView, _ journal: [JournalItem], staff: [NamedThing], files: [AttachmentView] = [], _ wording: Wording) {
    self.wording = wording
    var names = Dictionary(staff.map { ($0.id, $0.name) }) { first, _ in first }
    for item in journal {
      names.merge(item.staffNames) { $1 }
      if let name = item.actorName, item.actor.hasPrefix("staff:") { names[String(item.actor.dropFirst(6))] = name }
    }
    if let owner = view.owner, let name = view.ownerName { names[owner] = name }
    for order in view.workOrders { names[order.engineer.id] = order.engineer.name }
    self.names = names
    targets = Dictionary(view.targets.map { ($0.reading.id, wording.language == .zh ? $0.name.zh : $0.name.en) }) { first, _ in first }
    self.files = Dictionary(files.compactMap { file in file.name.map { (file.id, $0) } }) { first, _ in first }
    orders = Dictionary(view.workOrders.map { ($0.id, $0) }) { first, _ in first }
  }

  func entries(_ journal: [JournalItem], isOpen: Bool = false) -> [StoryEntry] {
    let sorted = journal.sorted { ($0.occurredAt, $0.version) > ($1.occurredAt, $1.version) }
    var entries: [StoryEntry] = [], last: Instant?
    for item in sorted {
      let opensDay = last.map { !wording.sameDay($0, item.occurredAt) } ?? true
      entries.append(entry(item, day: opensDay ? wording.dayHeading(item.occurredAt) : ""))
      last = item.occurredAt
    }
    if isOpen, !entries.isEmpty { entries[0].isNow = true }
    return entries
  }

  private func entry(_ item: JournalItem, day: String) -> StoryEntry {
    let body = (try? JSONValue(parsing: item.data)) ?? .object([])
    let telling = Telling(event: item.event, body: body, story: self)
    var more = telling.more
    // Recorded later than it happened: both times are part of the record.
    if item.recordedAt.milliseconds(since: item.occurredAt) > 120_000 {
      more.append(wording.text("story.late", wording.moment(item.recordedAt)))
    }
    if let reason = body["lateReason"]?.text { more.append(wording.text("story.late-reason", reason)) }
    var entry = StoryEntry(
      day: day, time: wording.clock(item.occurredAt), iso: item.occurredAt.description, icon: telling.icon, who: who(item),
      what: telling.what, more: more, quote: telling.quote)
    entry.mark = telling.mark
    entry.readings = telling.readings
    if let name = item.personName { entry.more.insert(name, at: 0) }
    if item.event == "attached" { entry.attachment = body["attachment"]?.text }
    entry.id = "\(item.stream.hasPrefix("request/") ? "e" : "w")\(item.version)"
    guard item.event == "commented" else { return entry }
    entry.audience = body["audience"]?.text == Audience.customer.rawValue ? .customer : .colleagues
    if item.isHospitals { entry.what = wording.text("event.commented.hospital") }
    return entry
  }

  private func who(_ item: JournalItem) -> String {
    if let name = item.actorName { return name }
    if item.actor == "system" { return wording.text("story.system") }
    if item.actor.hasPrefix("link:") { return wording.text("story.link") }
    if item.actor.hasPrefix("message:") { return wording.text("story.message") }
    return names[String(item.actor.dropFirst(6))] ?? wording.text("story.someone")
  }
}

/// One event, told.
struct StoryEntry: PageValue {
  /// Named where a new day begins.
  var day: String
  let time, iso, icon, who: String
  var what: String
  var more: [String]
  let quote: String
  /// `e12`: the twelfth event of the case.
  var id = ""
  /// Colleagues alone read it; the hospital reads it; nil where it is nobody's message.
  var audience: Audience?
  /// How an attempt ended.
  var mark: (words: String, tone: String)?
  var attachment: String?
  var readings: [ReadingLine] = []
  var photos: [AttachmentPart] = []
  /// The newest, while the case goes on.
  var isNow = false

  func child(named: String) -> Any? {
    switch named {
    case "day": day.isEmpty ? false : day
    case "time": time
    case "iso": iso
    case "icon": icon
    case "who": who
    case "what": what
    case "more": more.map { Choice(value: "", words: $0) }
    case "quote": quote.isEmpty ? false : quote
    case "isInside": audience == .colleagues
    case "isOutside": audience == .customer
    case "isNow": isNow
    case "entryID": id.isEmpty ? false : id
    case "resultWords": mark?.words ?? false
    case "resultTone": mark?.tone ?? ""
    case "readings": readings
    case "hasReadings": !readings.isEmpty
    case "photos": photos
    case "hasPhotos": !photos.isEmpty
    default: nil
    }
  }
}

extension StoryEntry {
  /// A message as its reader outside sees it: who wrote to whom, and the words.
  init(_ message: MessageView, _ frame: Frame) {
    let wording = frame.wording
    self.init(
      day: "", time: wording.moment(message.at), iso: message.at.description, icon: "talk",
      who: message.author ?? wording.text(message.fromHospital ? "story.link" : "story.company"),
      what: wording.text(message.fromHospital ? "event.commented.hospital" : "event.commented.to-you"), more: [], quote: message.text)
  }
}

/// One value measured at the machine, with what it should be.
struct ReadingLine: PageValue {
  let name, value, expected: String
  let passed: Bool?

  func child(named: String) -> Any? {
    switch named {
    case "readingName": name
    case "readingValue": value
    case "expected": expected
    case "passed": passed == true
    case "failed": passed == false
    default: nil
    }
  }
}
