public import Domain

/// A promise as the API shows it: design.md, "Target"; its name in Chinese, and beside it in English.
public struct TargetView: Sendable, JSONWritable {
  public let reading: TargetReading
  public let name: TargetRule.Name
  /// Whether somebody must still act: neither met nor let go. A missed one is owed until it is met.
  public let isOwed: Bool
  /// Due lies in or behind a year of which the holiday table does not speak.
  public let isProvisional: Bool

  public init(reading: TargetReading, name: TargetRule.Name, isOwed: Bool, isProvisional: Bool = false) {
    (self.reading, self.name, self.isOwed, self.isProvisional) = (reading, name, isOwed, isProvisional)
  }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", reading.id)
      json.field("clause", reading.clause)
      json.field("name", name.zh)
      json.field("nameEn", name.en)
      json.field("owner", reading.owner)
      json.field("start", reading.start)
      json.field("due", reading.due)
      json.field("state", reading.state.rawValue)
      json.field("metAt", reading.metAt)
      json.field("usedSeconds", reading.usedSeconds)
      json.field("pausedSeconds", reading.pausedSeconds)
      json.field("provisional", isProvisional)
    }
  }
}
