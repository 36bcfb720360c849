import Domain
import Foundation
import Operations

/// What is in force: a flag, else the environment (`WEIBAO_*`), else `weibao.yaml`, else what is built in.
///
/// The file is the one that `WEIBAO_CONFIG` names; else `weibao.yaml` where the program runs; else `weibao.yaml` in the data
/// folder. One file counts, never two mixed.
struct Settings {
  enum Name: String, CaseIterable {
    case data, database, files
    case signingKey = "signing-key"
    case listen
    case tlsCert = "tls-cert"
    case tlsKey = "tls-key"
    case trustedProxy = "trusted-proxy"
    case publicURL = "public-url"
    case companyName = "company-name"
    case scanCommand = "scan-command"
    case smtpURL = "smtp-url"
    case smtpUser = "smtp-user"
    case smtpPassword = "smtp-password"
    case smtpFrom = "smtp-from"
    case channels
    case certificates
    case inboundMail = "inbound-mail"
    case inboundSeconds = "inbound-seconds"
    case inboundOwn = "inbound-own"
    case inboundHourly = "inbound-hourly"
    case inboundChannels = "inbound-channels"
    case log

    var variable: String { "WEIBAO_" + rawValue.uppercased().replacing("-", with: "_") }
  }

  struct Value {
    let text: String
    /// `flag`, the variable's name, or the file's path.
    let source: String
  }

  /// The file that was read; nil where there is none.
  let file: String?
  private var fromFile: [String: String] = [:]
  private let environment: [String: String]

  /// - Parameter data: the flag `--data`, where the file may lie.
  /// - Throws: ``CommandFailure`` for a file that cannot be understood, with the line.
  init(data: String?, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
    self.environment = environment
    let folder = data ?? environment[Name.data.variable] ?? "weibao-data"
    let named = environment["WEIBAO_CONFIG"]
    let places = named.map { [$0] } ?? ["weibao.yaml", "\(folder)/weibao.yaml"]
    file = places.first { FileManager.default.fileExists(atPath: $0) }
    if let named, file == nil { throw CommandFailure("cannot read \(named). WEIBAO_CONFIG must name a file that exists.") }
    guard let file else { return }
    guard let bytes = FileManager.default.contents(atPath: file), let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure("cannot read \(file). It must be readable, and UTF-8.")
    }
    guard case .map(let entries) = try YAMLDocument.read(text, limit: 100_000).content else {
      throw CommandFailure("\(file): write one setting a line, such as “listen: 127.0.0.1:8080”.")
    }
    for entry in entries {
      guard Name(rawValue: entry.key) != nil else {
        let known = Name.allCases.map(\.rawValue).joined(separator: " ")
        throw CommandFailure("\(file), line \(entry.line): there is no setting “\(entry.key)”. There are \(known).")
      }
      switch entry.value.content {
      case .nothing: break
      case .text(let text): fromFile[entry.key] = text
      case .list(let items):
        fromFile[entry.key] = items.compactMap { if case .text(let text) = $0.content { text } else { nil } }.joined(separator: ",")
      case .map: throw CommandFailure("\(file), line \(entry.line): “\(entry.key)” is a plain value.")
      }
    }
  }

  /// A file of certificates that are trusted beside the system's.
  ///
  /// - Throws: ``CommandFailure`` where it holds none: mail would stand still.
  var certificates: String? {
    get throws {
      guard let path = value(.certificates)?.text else { return nil }
      let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
      guard text?.contains("-----BEGIN CERTIFICATE-----") ?? false else {
        throw CommandFailure("\(path) holds no certificate. certificates must name a file in PEM that may be read.")
      }
      return path
    }
  }

  func value(_ name: Name, flag: String? = nil) -> Value? {
    if let flag { return Value(text: flag, source: "flag") }
    if let text = environment[name.variable] { return Value(text: text, source: name.variable) }
    return fromFile[name.rawValue].map { Value(text: $0, source: file ?? "weibao.yaml") }
  }
}
