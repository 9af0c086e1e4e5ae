/// A path on the server: the original bytes in any encoding.
///
/// ```swift
/// let drop = RemotePath("/out")
/// let file = drop.appending(entry.name)
/// ```
public struct RemotePath: Sendable, Hashable, CustomStringConvertible {
  public let bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public init(_ text: String) { bytes = Array(text.utf8) }

  /// The path of something in this directory.
  public func appending(_ name: RemoteName) -> RemotePath {
    if bytes.isEmpty { return RemotePath(name.bytes) }
    let separator: [UInt8] = bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
    return RemotePath(bytes + separator + name.bytes)
  }

  /// Printable and on one line: control characters, backslashes and bytes that are no UTF-8 are escaped.
  public var description: String { printable(bytes) }
}
