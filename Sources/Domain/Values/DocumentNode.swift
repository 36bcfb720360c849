/// A configuration file as it was written: texts, lists and maps with their lines. Scalars stay text, so that `12:30`, `off` and
/// dates mean what people wrote.
public struct DocumentNode: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    case nothing
    case text(String)
    case list([DocumentNode])
    case map([Entry])
  }

  public struct Entry: Hashable, Sendable {
    public let key: String
    public let line: Int
    public let value: DocumentNode

    public init(key: String, line: Int, value: DocumentNode) { (self.key, self.line, self.value) = (key, line, value) }
  }

  public let line: Int
  public let content: Content

  public init(line: Int, _ content: Content) { (self.line, self.content) = (line, content) }
}
