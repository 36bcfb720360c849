/// The journal: append, and read stream by stream. Streams are named `kind/ID`, such as `request/0190…`.
public enum Journal {
  /// Appends events to the end of a stream and chains their hashes.
  ///
  /// - Parameter expecting: the version the writer saw; nil appends to whatever is there; 0 means the stream is new.
  /// - Throws: ``JournalError/changed(stream:expected:actual:)``.
  @discardableResult
  public static func append(
    _ events: [NewEvent], to stream: String, expecting: Int?, by author: Author, recorded: Int64, in db: any SQLWriter
  ) throws -> [JournalEvent] { fatalError("not built yet") }

  /// A stream's events in order of version; empty when there is no such stream.
  public static func events(of stream: String, in db: any SQLReader) throws -> [JournalEvent] { fatalError("not built yet") }
}
