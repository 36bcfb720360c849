/// What is said of a file, whoever names it: an upload or an attachment.
public struct FileFacts: Sendable, Hashable {
  public let type: String
  public let size: Int
  public let sha256: String
  public let width, height, pages: Int?

  public init(type: String, size: Int, sha256: String, width: Int? = nil, height: Int? = nil, pages: Int? = nil) {
    (self.type, self.size, self.sha256) = (type, size, sha256)
    (self.width, self.height, self.pages) = (width, height, pages)
  }

  /// Members of the object that is being written.
  ///
  /// - Parameter name: nil where it was erased.
  func write(named name: String?, to json: inout JSONWriter, hasPreview: Bool) {
    json.field("name", name)
    json.field("type", type)
    json.field("size", size)
    json.field("sha256", sha256)
    json.field("width", width)
    json.field("height", height)
    json.field("pages", pages)
    json.field("preview", hasPreview)
  }
}
