/// Values of people. The event holds SHA-256(salt ‖ value); value and salt lie here until they are erased.
public enum Personal {
  /// Stores a value under a new 32-byte salt; answers the hash that goes into the event (64 hex digits).
  ///
  /// - Parameters:
  ///   - subject: whose it is: the stream it belongs to, such as `contact/ID` or `request/ID`.
  ///   - field: `name`, `phone`, `email`, `signature`.
  public static func store(_ value: String, subject: String, field: String, salt: [UInt8], in db: any SQLWriter) throws -> String {
    fatalError("not built yet")
  }
}
