extension RequestHistory {
  /// Takes an attached file in at its time; it never stands in the way of what is recorded after it.
  ///
  /// - Throws: `.beforeReport`; `.notAllowed`, named as the remark whose rule it follows.
  public mutating func attach(_ attached: RequestEvent.Attached, at instant: Instant) throws(RequestError) -> RequestEvent {
    guard let reportedAt = request.reportedAt, reportedAt <= instant else { throw .beforeReport }
    let state = request(at: instant).state
    guard StateTable.allowsAttaching(in: state) else { throw .notAllowed(.comment, state) }
    let event = RequestEvent.attached(attached)
    try insert([event], at: instant)
    return event
  }
}
