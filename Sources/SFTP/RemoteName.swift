/// The name of one entry of a directory: a single component of a path.
public struct RemoteName: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let bytes: [UInt8]

  /// Nil for what would lead out of the directory that lists it or cannot be a name at all: an
  /// empty name, `.`, `..`, a name with `/` or NUL.
  public init?(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, bytes != [UInt8(ascii: ".")], bytes != Array("..".utf8),
      !bytes.contains(UInt8(ascii: "/")), !bytes.contains(0)
    else { return nil }
    self.bytes = bytes
  }

  public init?(_ text: String) { self.init(Array(text.utf8)) }

  /// Printable, on one line: control characters, backslashes and what is no UTF-8 are escaped.
  public var description: String { printable(bytes) }

  /// By bytes, the order of `LC_ALL=C ls`.
  public static func < (left: RemoteName, right: RemoteName) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
