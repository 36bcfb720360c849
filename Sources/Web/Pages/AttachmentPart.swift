import Domain
import Operations

/// A file of a case on its page: a small picture, what it is, and who put it there.
struct AttachmentPart: PageValue {
  let view: AttachmentView
  let wording: Wording
  let mayErase: Bool
  let key: String

  private var here: String { "/requests/\(Address.escaped(view.requestNumber))/attachments/\(view.id)" }

  func child(named: String) -> Any? {
    switch named {
    case "fileName": view.name ?? wording.text("files.erased")
    case "fileLink": view.erasedAt == nil ? "/api/v1\(here)/content" : false
    case "thumb": view.hasPreview ? "/api/v1\(here)/preview?side=320" : false
    case "fileKind": Self.kind(view.type, wording)
    case "fileSize": Self.size(view.size)
    case "filePages": view.pages.map { wording.text("files.pages", String($0)) } ?? false
    case "fileWhen": wording.moment(view.attachedAt)
    case "fileISO": view.attachedAt.description
    case "fileWho": view.actorName ?? ""
    case "fileNote": view.note ?? false
    case "filePaper": view.paper.map { wording.text("files.paper", wording.word("paper-form", $0)) } ?? false
    case "isInternal": view.isInternal
    case "erasedWords": view.erasedReason.map { wording.text("files.erased-why", $0) } ?? false
    case "erase": mayErase && view.erasedAt == nil ? "\(here)/erase" : false
    case "eraseKey": "\(key)-\(view.id)"
    case "eraseID": "erase-\(view.id)"
    default: nil
    }
  }

  /// The kind in one word; a type that has none is said as it is.
  static func kind(_ type: String, _ wording: Wording) -> String {
    let group = type.split(separator: "/").first.map(String.init) ?? ""
    if type == "application/pdf" { return "PDF" }
    return wording.has("file-kind.\(group)") ? wording.text("file-kind.\(group)") : type
  }

  /// `2.4 MB`, `812 kB`, `12 B`.
  static func size(_ bytes: Int) -> String {
    if bytes < 1_000 { return "\(bytes) B" }
    if bytes < 1_000_000 { return "\((bytes + 500) / 1_000) kB" }
    let tenths = (bytes + 50_000) / 100_000
    return "\(tenths / 10).\(tenths % 10) MB"
  }
}
