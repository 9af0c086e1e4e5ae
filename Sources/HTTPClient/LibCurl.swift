import CLibCurl

/// libcurl's own state of the process.
enum LibCurl {
  private static let isPrepared = colisd_curl_global_init() == CURLE_OK

  /// Before its first handle is made.
  static func prepare() { _ = isPrepared }
}
