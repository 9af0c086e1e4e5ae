import CLibCurl

/// An easy handle of libcurl, with the list of headers that it points to.
struct EasyHandle: ~Copyable {
  let handle: UnsafeMutableRawPointer
  private var headers: UnsafeMutablePointer<curl_slist>?

  /// - Returns: nil where there is no memory for one.
  init?() {
    guard let handle = curl_easy_init() else { return nil }
    self.handle = handle
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headers)
  }

  mutating func addHeader(_ line: String) {
    headers = curl_slist_append(headers, line)
    _ = colisd_curl_set_pointer(handle, CURLOPT_HTTPHEADER, headers)
  }

  func set(_ option: CURLoption, _ value: Int) {
    _ = colisd_curl_set_number(handle, option, value)
  }

  func set(_ option: CURLoption, _ value: String) {
    _ = colisd_curl_set_text(handle, option, value)
  }

  func number(_ info: CURLINFO) -> Int {
    var value = 0
    _ = colisd_curl_get_number(handle, info, &value)
    return value
  }
}
