/// The boxes that a video is made of (ISO 14496-12, QuickTime): they follow each other to the end, and one of them says what is in the others.
enum MovieBoxes {
  private static let limit = 100_000

  static func check(_ content: FileContent, _ kind: FileKind) throws(FileRefusal) {
    var place = 0, hasIndex = false, count = 0
    while place + 8 <= content.size, count < limit {
      guard var size = content.big(4, at: place), let name = content.text(4, at: place + 4) else { throw .damaged(kind) }
      if size == 0, name == "\0\0\0\0" { break }  // QuickTime may end so
      if size == 1 {
        guard let long = content.big(8, at: place + 8) else { throw .damaged(kind) }
        size = long  // below zero where it is nonsense
      }
      if size == 0 { size = content.size - place }  // up to the end
      guard size >= 8, size <= content.size - place else { throw .damaged(kind) }
      if name == "moov" { hasIndex = true }
      place += size
      count += 1
    }
    guard hasIndex else { throw .damaged(kind) }
  }
}
