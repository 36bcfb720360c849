/// The files that pages load, built into the program.
struct PageAsset: Sendable {
  let bytes: [UInt8]
  let contentType: String

  static let all: [String: PageAsset] = [
    "weibao.css": PageAsset(bytes: PackageResources.weibao_css, contentType: "text/css; charset=utf-8"),
    "paper.css": PageAsset(bytes: PackageResources.paper_css, contentType: "text/css; charset=utf-8"),
    "icons.svg": PageAsset(bytes: PackageResources.icons_svg, contentType: "image/svg+xml"),
    "mark.svg": PageAsset(bytes: PackageResources.mark_svg, contentType: "image/svg+xml"),
  ]

  /// Where a page finds it: the address changes with the content, so a browser may keep it for a year.
  static func address(_ name: String) -> String { addresses[name] ?? "/assets/\(name)" }

  private static let addresses = all.reduce(into: [String: String]()) { addresses, entry in
    // FNV-1a: tells versions apart, and need not resist anybody.
    let hash = entry.value.bytes.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    addresses[entry.key] = "/assets/\(entry.key)?v=\(String(hash, radix: 36))"
  }

  /// The names of the symbols in icons.svg.
  static let icons: Set<Substring> = {
    let text = String(decoding: PackageResources.icons_svg, as: UTF8.self)
    return Set(text.split(separator: "id=\"i-").dropFirst().map { $0.prefix { $0 != "\"" } })
  }()
}
