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
    let group = ServiceGroup(
      configuration: .init(services: others + [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
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
    guard let files = configuration.tls else { return plain }
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(files.certificate).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem)))
    tls.minimumTLSVersion = .tlsv12
    return try .tls(plain, tlsConfiguration: tls)
  }
}
