import CLibCurl

/// An easy handle of libcurl, for one transfer after another, with the list of headers and the place for an error's
/// words that it points to.
final class EasyHandle {
  let handle: UnsafeMutableRawPointer
  private var headers: UnsafeMutablePointer<curl_slist>?
  private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  /// - Returns: nil where there is no memory for one.
  init?() {
    LibCurl.prepare()
    guard let handle = curl_easy_init() else {
      words.deallocate()
      return nil
    }
    self.handle = handle
    watchErrors()
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headers)
    words.deallocate()
  }

  /// Forgets all options. What is worth keeping stays: its buffers.
  func reset() {
    curl_easy_reset(handle)
    curl_slist_free_all(headers)
    headers = nil
    watchErrors()
  }

  func forgetError() { words.pointee = 0 }

  private func watchErrors() {
    forgetError()
    _ = colisd_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, words)
  }

  /// What libcurl says of an error of this transfer; nil: nothing.
  var errorWords: String? { words.pointee == 0 ? nil : String(cString: words) }

  func addHeader(_ line: String) {
    headers = curl_slist_append(headers, line)
    _ = colisd_curl_set_pointer(handle, CURLOPT_HTTPHEADER, headers)
  }

  func set(_ option: CURLoption, _ value: Int) {
    _ = colisd_curl_set_number(handle, option, value)
  }

  func set(_ option: CURLoption, _ value: String) {
    _ = colisd_curl_set_text(handle, option, value)
  }

  /// At least one millisecond: zero would mean as long as it likes.
  func set(_ option: CURLoption, _ value: Duration) {
    let (seconds, attoseconds) = value.components
    set(option, max(1, Int(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)))
  }

  func number(_ info: CURLINFO) -> Int {
    var value = 0
    _ = colisd_curl_get_number(handle, info, &value)
    return value
  }
}
