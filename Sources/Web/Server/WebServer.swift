public import Domain
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
import NIOSSL
public import ServiceLifecycle
import UnixSignals

/// Serves until it is told to stop.
public struct WebServer: Service {
  let services: WebServices
  let configuration: WebConfiguration
  let logger: Logger
  let onReady: @Sendable (String) -> Void
  static let farewellSeconds: Int64 = 15

  /// - Parameter onReady: gets `http://HOST:PORT` once calls are answered there.
  public init(
    configuration: WebConfiguration, services: WebServices, logger: Logger, onReady: @escaping @Sendable (String) -> Void = { print($0) }
  ) {
    (self.configuration, self.services, self.logger, self.onReady) = (configuration, services, logger, onReady)
  }

  /// Runs alone until SIGTERM or SIGINT, together with what else must run beside it.
  public static func run(
    configuration: WebConfiguration, services: WebServices, beside others: [any Service] = [], logger: Logger,
    onReady: @escaping @Sendable (String) -> Void = { print($0) }
  ) async throws {
    let server = WebServer(configuration: configuration, services: services, logger: logger, onReady: onReady)
    var group = ServiceGroupConfiguration(services: others + [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    // Calls under way are finished; whoever takes longer to send or read is cut off.
    group.maximumGracefulShutdownDuration = .seconds(Self.farewellSeconds)
    try await ServiceGroup(configuration: group).run()
  }

  public func run() async throws {
    let web = try WebApplication(services, configuration: configuration, logger: logger)
    let scheme = configuration.tls == nil ? "http" : "https", host = configuration.host, onReady = onReady
    let application = Application(
      router: web.router, server: try server(), configuration: .init(address: .hostname(host, port: configuration.port)),
      onServerRunning: { channel in
        onReady("\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(channel.localAddress?.port ?? 0)")
      }, logger: logger)
    try await application.run()
  }

  private func server() throws -> HTTPServerBuilder {
    let plain = HTTPServerBuilder.http1(configuration: .init(idleTimeout: .seconds(75)))
    guard let (chain, key) = try configuration.tls?.read() else { return plain }
    var tls = TLSConfiguration.makeServerConfiguration(certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    tls.minimumTLSVersion = .tlsv12
    return try .tls(plain, tlsConfiguration: tls)
  }
}

extension WebConfiguration.TLS {
  fileprivate func read() throws(TLSRefusal) -> (chain: [NIOSSLCertificate], key: NIOSSLPrivateKey) {
    guard let chain = try? NIOSSLCertificate.fromPEMFile(certificate), !chain.isEmpty else { throw .certificate(certificate) }
    guard let key = try? NIOSSLPrivateKey(file: key, format: .pem) else { throw .key(key) }
    return (chain, key)
  }

  /// When the server's own certificate ends.
  ///
  /// - Throws: what is wrong with the files, as `serve` would.
  public func ends() throws -> Instant { Instant(milliseconds: Int64(try read().chain[0].notValidAfter) * 1_000) }
}

/// What `--tls-cert` and `--tls-key` name cannot be read.
enum TLSRefusal: Refusal, Hashable {
  case certificate(String)
  case key(String)

  var code: String {
    switch self {
    case .certificate: "tls.certificate"
    case .key: "tls.key"
    }
  }
  var message: String {
    switch self {
    case .certificate(let path): "“\(path)” holds no certificate that can be read. Give --tls-cert a chain in PEM, the server's own first."
    case .key(let path): "“\(path)” holds no private key that can be read. Give --tls-key the certificate's key in PEM, without a password."
    }
  }
  var arguments: [String] {
    switch self {
    case .certificate(let path), .key(let path): [path]
    }
  }
  var category: RefusalCategory { .invalid }
}
