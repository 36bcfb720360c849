import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Operations
import Persistence
import TestEngines
import Testing

@testable import Web

/// The whole floor over a database of its own, at Monday 10:42 in Nanchang. The token of a person is the name of their role.
final class TestDesk: Sendable {
  static let now = try! Instant(parsing: "2026-11-23T02:42:00.000Z")
  let company: Company
  let web: WebServices
  private let database: any SQLDatabase
  private let folder: URL

  init(inbound change: (inout InboundSettings) -> Void = { _ in }, channels: InboundChannels = InboundChannels()) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "weibao-web-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    database = try await TestEngine.database(in: folder, logger: logger)
    try await Migrator.migrate(Schema.migrations, in: database)
    company = Company(database: database, files: FileStore(data: folder.path), clock: { Self.now }, chance: .system, logger: logger)
    try await PolicyOperations(company).prepare()
    var settings = InboundSettings()
    change(&settings)
    web = WebServices(company, authenticator: RolesAsTokens(), inbound: settings, inboundChannels: channels)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Calls go through the router, without a socket.
  func serve(
    _ configuration: WebConfiguration = WebConfiguration(), printer: PaperPrinter? = nil,
    _ body: @escaping @Sendable (Caller) async throws -> Void
  ) async throws {
    var web = web
    if let printer { web.printer = printer }
    let application = try Application(
      router: WebApplication(web, configuration: configuration, logger: company.logger).router, logger: company.logger)
    try await application.test(.router) { try await body(Caller(client: $0)) }
    try await database.close()
  }

  /// A case's id and number.
  func report(_ caller: Caller) async throws -> (id: String, number: String) {
    let answer = try await caller.post("/api/v1/requests", Caller.aReport)
    return (try answer.text("id"), try answer.text("number"))
  }
}

struct RolesAsTokens: Authenticator {
  func actor(token: String) async throws -> Actor {
    guard let role = Role(rawValue: token) else { throw AccessError.tokenExpired }
    return Actor(identity: .staff(StaffID("staff-\(token)")), name: token, role: role)
  }
  func actor(session: String) async throws -> Actor { try await actor(token: session) }
  func signIn(name: String, password: String, address: String) async throws -> SignIn {
    guard password == "right" else { throw AccessError.wrongPassword }
    return SignIn(session: name, actor: try await actor(token: name), expires: TestDesk.now + 3_600)
  }
  func signOut(session: String) async throws {}
}

/// Who calls, and how.
struct Caller: Sendable {
  let client: any TestClientProtocol
  var role: String? = "administrator"

  static let aReport = #"{"kind":"support","summary":"曝光后无图像","contact":{"name":"吴秋霞","phone":"0793-1"}}"#

  func call(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, _ headers: [(String, String)] = []) async throws
    -> Answered
  {
    var fields = HTTPFields()
    if let role { fields[.authorization] = "Bearer \(role)" }
    if body != nil { fields[.contentType] = "application/json" }
    for (name, value) in headers { fields[HTTPField.Name(name)!] = value }
    return try await client.execute(uri: path, method: method, headers: fields, body: body.map { ByteBuffer(string: $0) }) { Answered($0) }
  }
  func get(_ path: String, _ headers: [(String, String)] = []) async throws -> Answered { try await call(.get, path, nil, headers) }
  func post(_ path: String, _ body: String? = "{}", _ headers: [(String, String)] = []) async throws -> Answered {
    try await call(.post, path, body, headers)
  }
  func by(_ role: String?) -> Caller { Caller(client: client, role: role) }
}

struct Answered: Sendable {
  let status: Int
  let headers: HTTPFields
  let bytes: [UInt8]
  let body: String

  init(_ response: TestResponse) {
    (status, headers, bytes) = (response.status.code, response.headers, Array(buffer: response.body))
    body = String(decoding: bytes, as: UTF8.self)
  }

  func header(_ name: String) -> String? { headers[HTTPField.Name(name)!] }
  var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) ?? [:] }
  func text(_ name: String) throws -> String { try #require(json[name] as? String) }
  var errors: [String: String] {
    let errors = json["errors"] as? [[String: Any]] ?? []
    return Dictionary(errors.map { ($0["field"] as? String ?? "", $0["message"] as? String ?? "") }) { first, _ in first }
  }
}
