/// A file that pages load, built into the program.
struct PageAsset: Sendable {
  let bytes: [UInt8]
  let contentType: String

  static func style(_ bytes: [UInt8]) -> PageAsset { PageAsset(bytes: bytes, contentType: "text/css; charset=utf-8") }
  /// A module. What it imports it names as `./core.js`; the address with the content's hash is put in its place.
  static func script(_ bytes: [UInt8]) -> PageAsset { PageAsset(bytes: bytes, contentType: "text/javascript; charset=utf-8") }
  static func picture(_ bytes: [UInt8]) -> PageAsset { PageAsset(bytes: bytes, contentType: "image/svg+xml") }

  /// By name, as they are sent.
  static let all = linked.mapValues(\.asset)

  /// Where a page finds it: the address changes with the content, so a browser may keep it for a year.
  static func address(_ name: String) -> String { linked[name]?.address ?? "/assets/\(name)" }

  /// The names of the symbols in icons.svg.
  static let icons: Set<Substring> = {
    let text = String(decoding: PackageResources.icons_svg, as: UTF8.self)
    return Set(text.split(separator: "id=\"i-").dropFirst().map { $0.prefix { $0 != "\"" } })
  }()

  private typealias Linked = (asset: PageAsset, address: String)

  private static let linked: [String: Linked] = {
    let sources = PageRoom.all.reduce(into: [String: PageAsset]()) {
      $0.merge($1.assets) { _, _ in preconditionFailure("two files of one name") }
    }
    var done: [String: Linked] = [:]
    for name in sources.keys.sorted() { link(name, sources, &done) }
    return done
  }()

  /// What a module imports first, since its own hash covers their addresses. A module that imports in a circle ends here: a test loads all.
  @discardableResult
  private static func link(_ name: String, _ sources: [String: PageAsset], _ done: inout [String: Linked], under: [String] = []) -> String {
    if let linked = done[name] { return linked.address }
    guard let source = sources[name] else { preconditionFailure("\(under.last ?? "") imports \(name), which there is not") }
    precondition(!under.contains(name), "\(name) imports itself")
    var bytes = source.bytes
    if source.contentType.hasPrefix("text/javascript") {
      var text = "", rest = String(decoding: bytes, as: UTF8.self)[...]
      while let open = rest.firstRange(of: "\"./"), let close = rest[open.upperBound...].firstIndex(of: "\"") {
        text += rest[..<open.lowerBound] + "\"" + link(String(rest[open.upperBound..<close]), sources, &done, under: under + [name]) + "\""
        rest = rest[rest.index(after: close)...]
      }
      bytes = Array((text + rest).utf8)
    }
    // FNV-1a: tells versions apart, and need not resist anybody.
    let hash = bytes.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    let linked = (PageAsset(bytes: bytes, contentType: source.contentType), "/assets/\(name)?v=\(String(hash, radix: 36))")
    done[name] = linked
    return linked.1
  }
}
