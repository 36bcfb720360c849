import CCurl

/// Whom an encrypted connection believes.
enum CurlTrust {
  /// Where Debian keeps the authorities that it trusts. Said outright, as a file of our own takes the place of libcurl's bundle.
  private static let system = "/etc/ssl/certs"

  /// Trusts the authorities of a file beside the system's.
  static func add(_ file: String, to handle: UnsafeMutableRawPointer) {
    weibao_curl_set_text(handle, CURLOPT_CAINFO, file)
    weibao_curl_set_text(handle, CURLOPT_CAPATH, system)
  }
}
