import Foundation

extension String {
  /// Whether one of these stands in it, byte by byte: in output of a hundred megabytes there are too many characters to
  /// be compared.
  public func holds(anyOf texts: [String]) -> Bool {
    var whole = self
    return whole.withUTF8 { bytes in
      texts.contains { text in isFound(Array(text.utf8), in: bytes) }
    }
  }
}

private func isFound(_ text: [UInt8], in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  guard let first = text.first, let start = bytes.baseAddress else { return false }
  var rest = UnsafeRawPointer(start)
  let end = rest + bytes.count
  while end - rest >= text.count {
    guard let found = memchr(rest, Int32(first), end - rest - text.count + 1) else { return false }
    if memcmp(found, text, text.count) == 0 { return true }
    rest = UnsafeRawPointer(found) + 1
  }
  return false
}
