public import Domain
public import Operations

/// What the floor below gives to this one.
public struct WebServices: Sendable {
  public var requests: RequestOperations
  public var workOrders: WorkOrderOperations
  public var registers: RegisterOperations
  public var notices: NoticeOperations
  public var search: SearchOperations
  public var desk: DeskOperations
  public var dispatch: DispatchOperations
  public var insight: InsightOperations
  public var wall: WallOperations
  public var visits: VisitFeed
  public var papers: PaperOperations
  public var files: FileOperations
  public var attachments: AttachmentOperations
  /// For people outside.
  public var links: LinkOperations
  public var roster: RosterOperations
  /// Mail and messages that come in, and the channels that may bring messages.
  public var inbound: InboundOperations
  public var inboundChannels: InboundChannels
  public var imports: ImportJobs
  public var exports: RegisterExport
  public var outbox: OutboxOperations
  public var announcements: AnnouncementOperations
  public var accounts: AccountOperations
  public var printer = PaperPrinter()
  public var authenticator: any Authenticator
  /// Hears of every change after its commit.
  public var watchers: Watchers
  /// Keeps a refusal of the input as the first answer under the call's Idempotency-Key, and throws the first answer.
  public var keepRefusal: @Sendable (any Refusal, Call) async throws -> Void = { refusal, _ in throw refusal }
  /// Whether the database answers and is migrated (`/readyz`).
  public var isReady: @Sendable () async -> Bool
  /// Figures that stand in `/metrics` beside the counts, such as the queue of waiting writes.
  public var gauges: @Sendable () -> [Gauge]

  public struct Gauge: Sendable {
    public let name, help: String
    public let value: Double

    public init(_ name: String, help: String, value: Double) { (self.name, self.help, self.value) = (name, help, value) }
  }

  public init(
    requests: RequestOperations, workOrders: WorkOrderOperations, registers: RegisterOperations, notices: NoticeOperations,
    search: SearchOperations, desk: DeskOperations, dispatch: DispatchOperations, papers: PaperOperations,
    attachments: AttachmentOperations,
    inbound: InboundSettings = InboundSettings(), inboundChannels: InboundChannels = InboundChannels(),
    imports: ImportJobs, exports: RegisterExport, outbox: OutboxOperations,
    announcements: AnnouncementOperations, accounts: AccountOperations,
    authenticator: any Authenticator, watchers: Watchers,
    isReady: @escaping @Sendable () async -> Bool = { true },
    gauges: @escaping @Sendable () -> [Gauge] = { [] }
  ) {
    (self.requests, self.workOrders, self.registers, self.notices) = (requests, workOrders, registers, notices)
    (self.search, self.desk, self.dispatch, self.papers) = (search, desk, dispatch, papers)
    (insight, wall, visits) = (InsightOperations(requests), WallOperations(requests), VisitFeed(requests))
    (self.attachments, files, links) = (attachments, attachments.files, LinkOperations(attachments))
    roster = RosterOperations(requests)
    self.inbound = InboundOperations(attachments, settings: inbound, words: .company)
    self.inboundChannels = inboundChannels
    (self.imports, self.exports, self.accounts) = (imports, exports, accounts)
    (self.outbox, self.announcements) = (outbox, announcements)
    (self.authenticator, self.watchers, self.isReady, self.gauges) = (authenticator, watchers, isReady, gauges)
  }

  /// Everything over one company.
  ///
  /// - Parameters:
  ///   - inspector: looks into what is uploaded, with the virus scanner where there is one.
  ///   - channels: by what messages leave the house.
  public init(
    _ company: Company, authenticator: any Authenticator, inspector: FileInspector = FileInspector(),
    channels: OutboxChannels = OutboxChannels(),
    inbound: InboundSettings = InboundSettings(), inboundChannels: InboundChannels = InboundChannels(),
    isReady: @escaping @Sendable () async -> Bool = { true },
    gauges: @escaping @Sendable () -> [Gauge] = { [] }
  ) {
    self.init(
      requests: RequestOperations(company), workOrders: WorkOrderOperations(company), registers: RegisterOperations(company),
      notices: NoticeOperations(company), search: SearchOperations(company), desk: DeskOperations(company),
      dispatch: DispatchOperations(company),
      papers: PaperOperations(company),
      attachments: AttachmentOperations(company, files: FileOperations(company, inspector: inspector)), inbound: inbound,
      inboundChannels: inboundChannels,
      imports: ImportJobs(company), exports: RegisterExport(company), outbox: OutboxOperations(company, channels: channels),
      announcements: AnnouncementOperations(company, channels: channels),
      // Who is signed in is the authenticator's to know; this one keeps the accounts.
      accounts: authenticator as? AccountOperations ?? AccountOperations(company),
      authenticator: authenticator, watchers: company.watchers, isReady: isReady, gauges: gauges)
    keepRefusal = { try await company.refuse($0, $1) }
  }
}

/// Where and how to serve.
public struct WebConfiguration: Sendable {
  public struct TLS: Sendable {
    public var certificate, key: String
    public init(certificate: String, key: String) { (self.certificate, self.key) = (certificate, key) }
  }

  public var host = "127.0.0.1"
  /// 0 takes a free one.
  public var port = 8080
  /// PEM files.
  public var tls: TLS?
  /// Addresses whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
  public var trustedProxies: Set<String> = []
  /// The company's clock on the wall, seconds from UTC; pages show times in it.
  public var offsetSeconds = 8 * 3_600
  /// How people outside reach us, `https://…` without a slash at the end: what the QR of a paper leads to.
  public var publicAddress: String?
  /// Who issues the papers.
  public var companyName = ""
  public var version = "0.1.0"

  public init() {}
}
