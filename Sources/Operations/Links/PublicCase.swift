public import Domain
import Persistence

/// A case as its hospital follows it: a parcel. Plain facts that were chosen one by one; what is not here, a link does not tell. Nothing of
/// other people but who comes, once somebody is sent.
public struct PublicCase: Sendable {
  public struct Stage: Sendable, Hashable {
    public let stage: PublicStage
    /// Nil while it is still to come.
    public let at: Instant?
  }

  /// Who comes, or came (ORG-4).
  public struct Engineer: Sendable, Hashable {
    public let name: String
    public let badgeNumber: String?
    public let skills: [String]
    public let isPartner: Bool
    /// When the dispatcher planned the arrival; nil where it is not planned.
    public let plannedAt: Instant?
  }

  public struct Remedy: Sendable, Hashable {
    public let text: String
    public let at: Instant
    public let by: String?
    public let isAgreed: Bool
    /// Of its event in the case: who agrees says to which.
    public let version: Int
  }

  public struct RemoteSession: Sendable, Hashable {
    public let tool, purpose: String
    public let at: Instant
    public let by: String?
  }

  /// What this link's holder wrote to the office, or the office to the hospital.
  public struct Message: Sendable, Hashable {
    public let at: Instant
    public let text: String
    public let isOwn: Bool
  }

  public let number: String
  public let state: RequestState
  public let isEmergency: Bool
  public let machine: MachineFacts?
  public let customer: String?
  public let stages: [Stage]
  public let now: PublicStage
  public let paused: PauseReason?
  public let wasRejected: Bool
  /// The promises to the hospital that are still owed: respond, on-site, visit, clear.
  public let promises: [Promise]
  public let isInWarranty: Bool
  public let engineer: Engineer?
  public let remedy: Remedy?
  public let remote: RemoteSession?
  public let messages: [Message]
  public let photos: Int
  public let wasAcknowledged: Bool
  /// What was done, told when it is to be confirmed.
  public let result: String?
  public let rating: Int?
  /// What the holder of the link can do now.
  public let steps: Set<RequestStep>
  public let version: Int

  public struct Promise: Sendable, Hashable {
    public let id: String
    public let due: Instant
    public let isMissed, isPaused: Bool
  }
}

extension LinkOperations {
  /// How long a link goes on showing a case that has ended.
  static let daysAfterEnd: Int64 = 90
  /// Promises that are made to the hospital; the others are between us.
  static let promised: Set = ["respond", "on-site", "visit", "clear"]

  /// The public story of the case that a link opens.
  ///
  /// - Throws: ``LinkRefusal/closed`` also long after the case has ended.
  public func story(_ token: String) async throws -> PublicCase {
    let company = company, link = try await open(token, .request), now = try company.clock()
    return try await company.database.read { db in try PublicCaseMaker(link, at: now, policies: company.policies, in: db).story() }
  }
}
