import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// What a paper's address may carry: `lang`, and the one work order that it is to be about.
struct PaperChoice {
  static let shape = Shape(
    "PaperQuery",
    [
      Field("lang", .word(Language.allCases.map(\.rawValue)), note: "zh when left out: forms are Chinese (REP-2)"),
      Field("workOrder", .reference, note: "Only the work of this order, by id or number"),
    ])

  var language = Language.zh
  var workOrder: String?

  /// The same choice again, as an address' query.
  func query(_ language: Language) -> String {
    var items = language == .zh ? [] : ["lang=\(language.rawValue)"]
    if let workOrder { items.append("workOrder=\(Address.escaped(workOrder))") }
    return items.isEmpty ? "" : "?" + items.joined(separator: "&")
  }
}

extension PageRoutes {
  func repairReportPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let items = try PageQuery(request)
    let choice = PaperChoice(language: try items.word("lang", Language.self) ?? .zh, workOrder: items["workOrder"])
    let report = try await press.papers.repairReport(of: context.parameter("id"), workOrder: choice.workOrder, by: actor)
    let here = "/requests/\(report.number)", paper = press.paper(report, choice.language, workOrder: choice.workOrder)
    var frame = press.frame(for: report.number, choice.language)
    frame.isPrinted = false
    frame.reader = context.language
    frame.pdf = "/api/v1\(here)/repair-report.pdf\(choice.query(choice.language))"
    frame.back = here
    frame.other = "\(here)/repair-report\(choice.query(choice.language == .zh ? .en : .zh))"
    let theme = request.cookies["weibao-theme"].flatMap { Frame.Theme(rawValue: $0.value) }
    return PageAnswer.html(press.pages.paper(paper, frame, theme: theme), choice.language)
  }
}

extension WebServices {
  /// Forms as PDF.
  func paperEndpoints(_ press: PaperPress) -> [Endpoint] {
    [
      Endpoint(
        method: .get, path: "/api/v1/requests/{id}/repair-report.pdf", summary: "The repair report, to print, sign and seal (REP-2)",
        tag: "papers", access: .right(.requestRead), query: PaperChoice.shape, answer: "Paper", contentType: "application/pdf"
      ) { incoming in
        let choice = PaperChoice(
          language: incoming.query.text("lang").flatMap(Language.init(rawValue:)) ?? .zh, workOrder: incoming.query.text("workOrder"))
        let printed = try await press.repairReport(
          of: incoming.parameter("id"), workOrder: choice.workOrder, in: choice.language, by: incoming.actor)
        return .pdf(try await press.pdf(printed), named: printed.name, choice.language)
      }
    ]
  }
}

extension Reply {
  /// Shown by the browser, saved under a name that says what it is.
  static func pdf(_ bytes: [UInt8], named name: String, _ language: Language) -> Reply {
    var reply = Reply(body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    reply.headers[.contentType] = "application/pdf"
    reply.headers[.contentDisposition] = "inline; filename=\"\(name).pdf\""
    reply.headers[.contentLanguage] = language.tag
    reply.headers[.cacheControl] = "no-store"
    return reply
  }
}
