public import Domain

extension TargetReading: JSONWritable {
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("clause", clause)
      json.field("name", id)
      json.field("owner", owner)
      json.field("start", start)
      json.field("due", due)
      json.field("state", state.rawValue)
      json.field("metAt", metAt)
      json.field("usedSeconds", usedSeconds)
      json.field("pausedSeconds", pausedSeconds)
    }
  }
}
