/// An identifier: UUIDv7 in lower-case text, so that new rows lie together in an index.
/// The type says whose it is; the text is what is stored and sent.
public struct ID<Entity>: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let text: String

  /// Takes text as it stands: from the database, or from a person (then it may name nothing).
  public init(_ text: String) { self.text = text }

  /// A new one: 48 bits of time, 74 of chance (RFC 9562, version 7).
  public init(at now: Instant, using random: inout some RandomNumberGenerator) {
    let time = UInt64(bitPattern: now.milliseconds)
    let high = time << 16 | 0x7000 | random.next() & 0x0FFF
    let low = 0x8000_0000_0000_0000 | random.next() >> 2
    var bytes = [UInt8]()
    bytes.reserveCapacity(36)
    let digits = Array("0123456789abcdef".utf8)
    for (word, dashes) in [(high, [8, 12]), (low, [0, 4])] {
      for place in 0..<16 {
        if dashes.contains(place), !bytes.isEmpty { bytes.append(0x2D) }
        bytes.append(digits[Int(word >> UInt64(60 - 4 * place) & 15)])
      }
    }
    text = String(decoding: bytes, as: UTF8.self)
  }

  public var description: String { text }
  public static func < (a: ID, b: ID) -> Bool { a.text < b.text }
}

extension ID: Codable {
  public init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

public enum Staff {}
public enum Branch {}
public enum Customer {}
public enum Site {}
public enum Department {}
public enum Contact {}
public enum EquipmentModel {}
public enum Equipment {}

public typealias StaffID = ID<Staff>
public typealias BranchID = ID<Branch>
public typealias CustomerID = ID<Customer>
public typealias SiteID = ID<Site>
public typealias DepartmentID = ID<Department>
public typealias ContactID = ID<Contact>
public typealias ModelID = ID<EquipmentModel>
public typealias EquipmentID = ID<Equipment>
