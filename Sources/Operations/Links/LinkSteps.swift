public import Domain
import Persistence

/// What the holder of a case's link may do: written out here, and nowhere else.
extension LinkOperations {
  /// INT-5, FLT-3, REM-2, and a word to the office.
  static let steps: Set<RequestStep> = [.acknowledge, .agree, .remoteEnd, .confirm, .reject, .comment]

  /// The fields that a link may fill of each; how the word was given it does not choose.
  private static let fields: [RequestStep: Set<String>] = [
    .acknowledge: ["contact"], .agree: ["contact"], .remoteEnd: [], .confirm: ["contact", "signature", "rating"],
    .reject: ["contact", "reason"], .comment: ["text"],
  ]

  /// Takes a step of the link's case; `values` are those of a form.
  ///
  /// - Parameter seen: ``PublicCase/Remedy/version`` of the remedy that was on the page; `agree` is for that one alone.
  /// - Throws: ``LinkRefusal``, ``InputRefusal``, `RequestError` as ``KeptRefusal``. Then nothing is written.
  public func take(_ step: RequestStep, _ values: [String: String], token: String, seen: Int? = nil, key: IdempotencyKey?) async throws {
    let link = try await open(token, .request)
    guard Self.steps.contains(step), let allowed = Self.fields[step] else { throw AccessError.notAllowed(step.action) }
    var given = values.filter { allowed.contains($0.key) }
    switch step {
    case .acknowledge, .agree: given["how"] = Means.link.rawValue
    case .confirm: given["how"] = (given["signature"]?.isEmpty == false ? Means.signature : .link).rawValue
    case .remoteEnd: given["result"] = RemoteResult.stopped.rawValue
    default: break
    }
    _ = try await requests.take(step, step.shape.decode(text: given), on: link.subject, Call(link.actor, idempotency: key)) { file, db in
      // The case is the link's own by construction: its id comes from the link's row, never from the caller.
      try link.requireValid(in: db)
      if step == .agree, let proposed = file.history.entries.last(where: { $0.event.kind == "proposed" }), proposed.version != seen {
        throw LinkRefusal.otherRemedy
      }
    }
  }

  /// Whether this form was taken before: then its photos are not stored once more, and count no second time.
  public func wasTaken(_ key: String, path: String, by holder: Actor) async throws -> Bool {
    try await company.database.read { db in
      try db.first(
        "SELECT 1 FROM idempotency WHERE actor = ? AND method = 'POST' AND path = ? AND key = ? AND outcome <> 'refused'",
        [.text(holder.author.actor), .text(path), .text(key)]
      ) { _ in true } ?? false
    }
  }

  /// Begins to take in a photo of whoever holds this link.
  public func uploader(_ token: String, _ kind: LinkKind) async throws -> Actor { try await open(token, kind).actor }

  /// Puts an uploaded photo to the link's case.
  public func attach(_ photo: UploadedFile, to token: String, key: IdempotencyKey?) async throws {
    let link = try await open(token, .request)
    _ = try await attach(photo, to: link, by: link.actor, key: key)
  }

  /// - Parameter actor: whose file it is: the case's link, or the label by whose report this link was made.
  func attach(_ photo: UploadedFile, to link: OpenedLink, by actor: Actor, key: IdempotencyKey?) async throws -> Answer {
    let input = Fields(["file": .text(photo.id)])
    return try await attachments.attach(input, to: link.subject, paper: nil, Call(actor, idempotency: key)) { _, db in
      try link.requireValid(in: db)
    }
  }
}
