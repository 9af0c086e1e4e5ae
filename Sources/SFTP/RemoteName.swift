/// The name of one entry of a directory: a single component of a path.
public struct RemoteName: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let bytes: [UInt8]

  /// - Returns: nil for a name that leads out of its directory or is no name at all: an empty one, `.`, `..`,
  ///   and one with `/` or NUL.
  public init?(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, bytes != [UInt8(ascii: ".")], bytes != Array("..".utf8),
      !bytes.contains(UInt8(ascii: "/")), !bytes.contains(0)
    else { return nil }
    self.bytes = bytes
  }

  public init?(_ text: String) { self.init(Array(text.utf8)) }

  /// Printable and on one line: control characters, backslashes and bytes that are no UTF-8 are escaped.
  public var description: String { printable(bytes) }

  /// In the order of bytes, as `LC_ALL=C ls` sorts.
  public static func < (left: RemoteName, right: RemoteName) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
