/// When two records of a register may become one (ORG-2, ORG-5), and when what was merged may be taken apart again.
///
/// A merge says: these were one hospital, or one machine, all along. It rewrites nothing: the one points to the other.
public enum MergeRule {
  /// One of the two, as far as the rule looks at it.
  public struct Side: Sendable, Hashable {
    public let id: String
    public let archived: Bool
    /// Whom it was merged into itself.
    public let mergedInto: String?
    /// How many were merged into it.
    public let absorbed: Int
    /// A machine's.
    public let model: String?
    /// A customer's.
    public let creditCode: String?

    public init(
      id: String, archived: Bool = false, mergedInto: String? = nil, absorbed: Int = 0, model: String? = nil, creditCode: String? = nil
    ) {
      (self.id, self.archived, self.mergedInto, self.absorbed) = (id, archived, mergedInto, absorbed)
      (self.model, self.creditCode) = (model, creditCode)
    }
  }

  /// So many records may be one: lists ask for each of them.
  public static let limit = 20

  /// An archived duplicate may still be merged; what it is merged into must be in use. A circle cannot come about, because a record
  /// that is merged takes none in.
  ///
  /// - Parameter along: nobody chose these two; their customers were merged. Then both may be out of use.
  public static func check(_ one: Side, into other: Side, along: Bool = false) throws(MergeError) {
    guard one.id != other.id else { throw .intoItself }
    if let into = one.mergedInto { throw .alreadyMerged(into: into) }
    if let into = other.mergedInto { throw .intoMerged(into: into) }
    guard !other.archived || (along && one.archived) else { throw .intoArchived }
    // A machine keeps its model for life: where a model was mistyped, correcting it comes first and leaves its own trace.
    guard one.model == other.model else { throw .otherModel }
    if let code = one.creditCode, let otherCode = other.creditCode, code != otherCode { throw .otherCreditCode }
    guard one.absorbed + other.absorbed + 1 < limit else { throw .tooMany }
  }

  /// - Parameter path: whom it was merged into, and whom that one was merged into after it, the newest last.
  public static func checkSplit(_ path: [String]) throws(MergeError) {
    guard let first = path.first else { throw .notMerged }
    guard path.count == 1 else { throw .splitOutOfTurn(first: first) }
  }
}

public enum MergeError: Refusal, Hashable {
  case intoItself
  case alreadyMerged(into: String)
  case intoMerged(into: String)
  case intoArchived
  case otherModel
  case otherCreditCode
  case tooMany
  case notMerged
  /// What it was merged into was merged itself since.
  case splitOutOfTurn(first: String)

  public var code: String {
    switch self {
    case .intoItself: "merge.into-itself"
    case .alreadyMerged: "merge.already-merged"
    case .intoMerged: "merge.into-merged"
    case .intoArchived: "merge.into-archived"
    case .otherModel: "merge.other-model"
    case .otherCreditCode: "merge.other-credit-code"
    case .tooMany: "merge.too-many"
    case .notMerged: "merge.not-merged"
    case .splitOutOfTurn: "merge.split-out-of-turn"
    }
  }
  public var message: String {
    switch self {
    case .intoItself: "A record cannot be merged into itself. Name the other one."
    case .alreadyMerged(let into): "This record was merged into \(into) already. Take that one, or undo the merge first."
    case .intoMerged(let into): "The other record was itself merged into \(into). Merge into that one."
    case .intoArchived: "The other record is archived. Restore it first, or merge the other way round."
    case .otherModel: "The two machines are of different models. Where one was mistyped, correct its model first; then merge."
    case .otherCreditCode: "The two customers have different credit codes, so they are two. Where one was mistyped, correct it first."
    case .tooMany: "At most \(MergeRule.limit) records can be one. Archive this one instead."
    case .notMerged: "This record is not merged into another."
    case .splitOutOfTurn(let first): "\(first), into which it was merged, was merged itself since. Undo that first."
    }
  }
  public var arguments: [String] {
    switch self {
    case .alreadyMerged(let id), .intoMerged(let id), .splitOutOfTurn(let id): [id]
    case .tooMany: [String(MergeRule.limit)]
    default: []
    }
  }
  public var category: RefusalCategory { .conflict }
}
