public import Domain

/// What `customers forget` erased; before it is done, what it would.
public struct ForgetReport: Sendable, Hashable, JSONWritable {
  /// A kind of place where values of a person lie.
  public enum Place: String, Sendable, Hashable, CaseIterable {
    /// Name, phone and e-mail of the contact's record, earlier ones included.
    case register
    /// Names and phones in cases: who called, agreed, confirmed.
    case cases
    /// Drawn signatures.
    case signatures
    /// Answers kept for Idempotency-Keys.
    case answers
    /// Forms of the desk that are not sent yet.
    case drafts
    /// Messages that wait to be sent to them, or could not be.
    case outbox
    /// Mails and messages that came in, with what is kept of them.
    case inbound
  }

  /// Text that people wrote, which names the person: no program can take a name out of a sentence.
  public struct FreeText: Sendable, Hashable, JSONWritable {
    public let stream: String
    public let version: Int
    public let event: String
    /// The case's number; nil for other streams.
    public let number: String?

    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("stream", stream)
        json.field("number", number)
        json.field("version", version)
        json.field("event", event)
      }
    }
  }

  /// A file of a case that the person takes part in.
  public struct File: Sendable, Hashable, JSONWritable {
    public let number, attachment, name, type: String

    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("number", number)
        json.field("attachment", attachment)
        json.field("name", name)
        json.field("type", type)
      }
    }
  }

  /// The contact's id; nil for a caller who is in no register.
  public var contact: String?
  public var dryRun: Bool
  public var counts: [Place: Int] = [:]
  /// Numbers of the cases that hold values of this person.
  public var cases: [String] = []
  /// For a person to read; at most ``freeTextLimit``.
  public var freeText: [FreeText] = []
  /// For a person to look at, and to erase one by one; at most ``freeTextLimit``.
  public var files: [File] = []
  /// Cases where another contact has the same phone number: left as they are.
  public var shared: [String] = []

  public static let freeTextLimit = 500

  public init(contact: String?, dryRun: Bool) { (self.contact, self.dryRun) = (contact, dryRun) }

  public var total: Int { counts.values.reduce(0, +) }

  mutating func add(_ count: Int, _ place: Place) { counts[place, default: 0] += count }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("contact", contact)
      json.field("dryRun", dryRun)
      json.array("places", Place.allCases) { json, place in
        json.object { json in
          json.field("place", place.rawValue)
          json.field("count", counts[place] ?? 0)
        }
      }
      json.array("cases", cases) { $0.value($1) }
      json.array("freeText", freeText) { $0.value($1) }
      json.array("files", files) { $0.value($1) }
      json.array("shared", shared) { $0.value($1) }
    }
  }
}

/// Who cannot be forgotten, because nobody knows who is meant.
public enum ForgetRefusal: Refusal, Hashable {
  case unknown
  /// Several contacts have this phone number.
  case several([String])

  public var code: String {
    switch self {
    case .unknown: "forget.unknown"
    case .several: "forget.several"
    }
  }
  public var message: String {
    switch self {
    case .unknown:
      "There is no such contact, and no case told from such a phone number or address. Give a contact's id, or the number or address as recorded."
    case .several(let ids): "Several contacts have this phone number. Give the id of the one to forget: \(ids.joined(separator: ", "))."
    }
  }
  public var arguments: [String] { if case .several(let ids) = self { [ids.joined(separator: ", ")] } else { [] } }
  public var category: RefusalCategory { if case .several = self { .conflict } else { .missing } }
}
