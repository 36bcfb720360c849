public import Domain

/// Writes JSON straight into bytes. Why not `JSONEncoder`: it leaves nil out where the API promises null, keeps no order, and
/// costs ten times as much on a page of cases (Benchmarks). Reading is `JSONDecoder`'s.
public struct JSONWriter: Sendable {
  public private(set) var bytes: [UInt8] = []
  private var comma = false

  public init(reserving capacity: Int = 1_024) { bytes.reserveCapacity(capacity) }

  public var text: String { String(decoding: bytes, as: UTF8.self) }

  public static func text(_ value: some JSONWritable) -> String {
    var writer = JSONWriter()
    value.write(to: &writer)
    return writer.text
  }

  public mutating func object(_ name: String? = nil, _ body: (inout JSONWriter) -> Void) {
    open(name, 0x7B)
    body(&self)
    close(0x7D)
  }

  public mutating func array<Items: Sequence>(_ name: String? = nil, _ items: Items, _ body: (inout JSONWriter, Items.Element) -> Void) {
    open(name, 0x5B)
    for item in items { body(&self, item) }
    close(0x5D)
  }

  public mutating func field(_ name: String, _ value: String?) { key(name); value.map { quote($0) } ?? null() }
  public mutating func field(_ name: String, _ value: Int?) { key(name); value.map { number(Int64($0)) } ?? null() }
  public mutating func field(_ name: String, _ value: Int64?) { key(name); value.map { number($0) } ?? null() }
  public mutating func field(_ name: String, _ value: Bool?) { key(name); value.map { literal($0 ? "true" : "false") } ?? null() }
  public mutating func field(_ name: String, _ value: Instant?) { key(name); value.map { quote($0.description) } ?? null() }
  public mutating func field<Entity>(_ name: String, _ value: ID<Entity>?) { key(name); value.map { quote($0.text) } ?? null() }
  public mutating func field(_ name: String, _ value: (some JSONWritable)?) {
    key(name)
    if let value { comma = false; value.write(to: &self); comma = true } else { null() }
  }
  /// `json` must be whole JSON; it goes in as it is.
  public mutating func field(_ name: String, raw json: String) { key(name); literal(json) }
  /// A whole JSON value, as it is.
  public mutating func raw(_ json: String) { separate(); literal(json) }
  public mutating func value(_ text: String) { separate(); quote(text) }
  public mutating func value(_ item: some JSONWritable) { separate(); comma = false; item.write(to: &self); comma = true }

  private mutating func open(_ name: String?, _ bracket: UInt8) {
    if let name { key(name) } else { separate() }
    bytes.append(bracket)
    comma = false
  }
  private mutating func close(_ bracket: UInt8) { bytes.append(bracket); comma = true }
  private mutating func separate() {
    if comma { bytes.append(0x2C) }
    comma = true
  }
  private mutating func key(_ name: String) {
    separate()
    quote(name)
    bytes.append(0x3A)
  }
  private mutating func null() { literal("null") }
  private mutating func literal(_ text: String) { bytes.append(contentsOf: text.utf8) }
  private mutating func number(_ value: Int64) { bytes.append(contentsOf: String(value).utf8) }
  private mutating func quote(_ text: String) { JSONText.quote(text, into: &bytes) }
}

public protocol JSONWritable {
  func write(to json: inout JSONWriter)
}

extension JSONValue: JSONWritable {
  public func write(to json: inout JSONWriter) { json.raw(self.json) }
}
