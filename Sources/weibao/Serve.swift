import ArgumentParser
import Foundation
import Logging
import Operations
import Persistence
import Web

/// `weibao serve`: migrates, then answers calls until SIGTERM.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serves the company: brings the database up to date, then answers calls until SIGTERM.")

  @OptionGroup var options: DataOptions
  @Option(help: "HOST:PORT (WEIBAO_LISTEN; default 127.0.0.1:8080). Port 0 takes a free one.") var listen: String?
  @Option(help: ArgumentHelp("Certificate chain, PEM (WEIBAO_TLS_CERT).", valueName: "file")) var tlsCert: String?
  @Option(help: ArgumentHelp("Its private key, PEM (WEIBAO_TLS_KEY).", valueName: "file")) var tlsKey: String?
  @Option(help: "Address of a proxy whose X-Forwarded-For is believed (WEIBAO_TRUSTED_PROXY); may be given several times.")
  var trustedProxy: [String] = []
  @Option(help: ArgumentHelp("How people outside reach this server, for the QR codes of papers (WEIBAO_PUBLIC_URL).", valueName: "url"))
  var publicUrl: String?
  @Option(help: ArgumentHelp("Who issues the papers (WEIBAO_COMPANY_NAME).", valueName: "name")) var companyName: String?
  @OptionGroup var channelOptions: ChannelOptions
  @Flag(help: .hidden) var oneCommitPerWrite = false

  func validate() throws {
    _ = try webConfiguration()
    _ = try InboundChoices(options.settings())
  }

  func run() async throws {
    var logger = Logger(label: "weibao") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = try options.settings().value(.log).flatMap { Logger.Level(rawValue: $0.text) } ?? .notice
    let configuration = try webConfiguration()
    let channels = try channelOptions.channels(
      options.settings(), publicAddress: configuration.publicAddress, companyName: configuration.companyName)
    let opened = try await OpenCompany.open(options, sharedCommits: !oneCommitPerWrite, logger: logger)
    let accounts = AccountOperations(opened.company)
    if let password = try await accounts.ensureAdministrator() {
      tell(
        "weibao: the administrator is “admin”, password \(password) — it is shown only now; change it with `weibao user password admin`.\n")
    }
    let housekeeping = Housekeeping(opened.company, key: opened.key)
    try await housekeeping.begin()
    let database = opened.database
    let inspector = FileInspector(scanner: try options.settings().value(.scanCommand).flatMap { VirusScanner($0.text) })
    let inbound = try InboundChoices(options.settings())
    let services = WebServices(
      opened.company, authenticator: accounts, inspector: inspector, channels: channels, inbound: inbound.settings,
      inboundChannels: inbound.channels,
      isReady: { (try? await Migrator.pending(Schema.migrations, in: database).isEmpty) ?? false })
    try await WebServer.run(
      configuration: configuration, services: services,
      beside: [
        housekeeping, SearchIndexer(opened.company), MergeFollower(opened.company), FileSweep(opened.company), OtherWriters(opened.company),
        Sweeper(opened.company), PolicyRevisions(opened.company),
        ImportRunner(services.imports), OutboxSender(opened.company, channels),
        MailboxReader(services.inbound, boxes: inbound.boxes, seconds: inbound.seconds, certificates: inbound.certificates),
      ], logger: logger
    ) { address in
      // Not `print`: into a pipe that would wait for a full buffer.
      try? FileHandle.standardOutput.write(contentsOf: Data("\(address)\n".utf8))
    }
    try? await opened.company.views.flush(in: opened.company)  // of the calls that were still running
    try await opened.close()
  }

  private func webConfiguration() throws -> WebConfiguration {
    var configuration = WebConfiguration()
    let settings = try options.settings()
    let listen = settings.value(.listen, flag: listen)?.text ?? "127.0.0.1:8080"
    guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]), (0...65_535).contains(port) else {
      throw ValidationError("“\(listen)” is no address to listen on. Write HOST:PORT, such as 127.0.0.1:8080.")
    }
    let host = listen[..<colon].filter { !"[]".contains($0) }
    configuration.host = host.isEmpty ? "0.0.0.0" : host
    configuration.port = port
    switch (settings.value(.tlsCert, flag: tlsCert)?.text, settings.value(.tlsKey, flag: tlsKey)?.text) {
    case (nil, nil): break
    case (let certificate?, let key?): configuration.tls = .init(certificate: certificate, key: key)
    default: throw ValidationError("--tls-cert and --tls-key go together. Give both, or neither.")
    }
    let proxies = trustedProxy.isEmpty ? settings.value(.trustedProxy).map { [$0.text] } ?? [] : trustedProxy
    configuration.trustedProxies = Set(proxies.flatMap { $0.split(separator: ",").map { $0.filter { $0 != " " } } })
    if var address = settings.value(.publicURL, flag: publicUrl)?.text {
      while address.hasSuffix("/") { address.removeLast() }
      let isAddress = address.hasPrefix("https://") || address.hasPrefix("http://")
      guard isAddress, address.utf8.count <= 200, address.utf8.allSatisfy({ (0x21..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") }) else {
        throw ValidationError("“\(address)” is no address of a site. Write it like https://weibao.example.com.")
      }
      configuration.publicAddress = address
    }
    configuration.companyName = settings.value(.companyName, flag: companyName)?.text ?? ""
    return configuration
  }

  private func tell(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
