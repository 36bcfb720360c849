#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// libarchive turns names by the thread's locale, and a program starts with "C", which knows ASCII alone.
enum ArchiveLocale {
  nonisolated(unsafe) private static let utf8: locale_t? = newlocale(Int32(1 << LC_CTYPE), "C.UTF-8", nil)

  static func withUTF8<T>(_ body: () throws -> T) rethrows -> T {
    guard let utf8, let before = uselocale(utf8) else { return try body() }
    defer { uselocale(before) }
    return try body()
  }
}
