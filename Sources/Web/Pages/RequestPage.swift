import Domain
import Operations

/// One case: its clocks, its next steps, what happened (INT-4, INT-6).
struct RequestPage: Sendable {
  var frame: Frame
  var view: RequestView
  /// Oldest first; nil where the reader's role does not show it.
  var journal: [JournalItem]?
  /// There was more in the middle than `journal` holds.
  var journalGoesOn = false
  /// Whether the whole of it is told, or only the newest.
  var isWholeStory = false
  /// How its due times came about, by the target's id.
  var explanations: [String: Explanation] = [:]
  /// What the hospital and the company wrote to each other, for a reader who sees no journal.
  var messages: [MessageView] = []
  /// What lies ahead and cannot be done now.
  var hindrances: [Hindrance] = []
  var branchName = ""
  var siteName = ""
  /// Oldest first, as far as the reader may see them; at most a hundred.
  var attachments: [AttachmentView] = []
  var attachmentsGoOn = false
  /// Mails and messages that made the case or joined it.
  var arrived: [InboundView] = []
  /// For whoever may make them.
  var links: CaseLinksPart?
  /// Proves that a form with a file is ours.
  var token = ""
  /// Whom the reader may send.
  var engineers: [NamedThing] = []
  /// The step just taken, said once.
  var done: String?
  var refused: RefusedStep?
  /// A fresh idempotency key a form: `key-STEP`.
  var formKey = ""
  /// How much of a story stands on the page unless more is asked for.
  static let storyLength = 80

  func values() -> some PageValue { RequestValues(self) }
}
