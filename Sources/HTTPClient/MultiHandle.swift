import CLibCurl

/// A multi handle of libcurl: what drives many transfers, and keeps their connections. Only `wake` may be called from
/// any thread; the rest belongs to the thread that drives it.
final class MultiHandle: @unchecked Sendable {
  private let handle: UnsafeMutableRawPointer

  /// - Returns: nil where there is no memory or no descriptor for one.
  init?() {
    LibCurl.prepare()
    guard let handle = curl_multi_init() else { return nil }
    self.handle = handle
  }

  /// When its last transfer was removed.
  deinit { curl_multi_cleanup(handle) }

  func set(_ option: CURLMoption, _ value: Int) {
    _ = colisd_curl_multi_set_number(handle, option, value)
  }

  /// - Returns: whether there was memory for it.
  func add(_ easy: EasyHandle) -> Bool { curl_multi_add_handle(handle, easy.handle) == CURLM_OK }

  /// Ends the transfer if it has not ended.
  func remove(_ easy: EasyHandle) { curl_multi_remove_handle(handle, easy.handle) }

  /// Does for all transfers what can be done without waiting.
  func perform() {
    var count: Int32 = 0
    curl_multi_perform(handle, &count)
  }

  /// A transfer that has ended, until there are no more.
  func nextEnded() -> (easy: UnsafeMutableRawPointer, code: CURLcode)? {
    var left: Int32 = 0
    while let message = curl_multi_info_read(handle, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else {
        continue
      }
      return (easy, message.pointee.data.result)
    }
    return nil
  }

  /// Waits until a socket is ready, a timeout of libcurl's has passed, or `wake` was called, be it before.
  /// - Parameter deadline: when it returns at the latest.
  func wait(until deadline: ContinuousClock.Instant?) {
    // libcurl wants a limit. Nothing waits for this one.
    var limit: Int32 = 60_000
    if let deadline {
      let rest = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
      limit = Int32(max(0, min(rest.rounded(.up), Double(limit))))
    }
    var count: Int32 = 0
    curl_multi_poll(handle, nil, 0, limit, &count)
  }

  func wake() { curl_multi_wakeup(handle) }
}
