/// One page of a list. `next` is the cursor of the following page (`A-Za-z0-9-_`), nil at the end.
public struct Page<Item: Sendable>: Sendable {
  public let items: [Item]
  public let next: String?

  public init(items: [Item], next: String?) {
    self.items = items
    self.next = next
  }
}

extension Page: JSONWritable where Item: JSONWritable {
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.array("items", items) { $0.value($1) }
      json.field("next", next)
    }
  }
}
