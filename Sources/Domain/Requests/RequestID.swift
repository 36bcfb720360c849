public typealias RequestID = ID<ServiceRequest>
public typealias WorkOrderID = ID<WorkOrder>

/// A person as an event names them: a known contact, or the salted hashes of what they said of themselves. Names and
/// numbers themselves are never in an event (Personal).
public struct Person: Hashable, Sendable {
  public var contact: ContactID?
  /// SHA-256(salt ‖ name), 64 hex digits.
  public var name: String?
  public var phone: String?

  public init(contact: ContactID? = nil, name: String? = nil, phone: String? = nil) {
    (self.contact, self.name, self.phone) = (contact, name, phone)
  }
}
