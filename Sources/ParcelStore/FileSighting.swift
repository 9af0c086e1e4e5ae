/// A file as a listing shows it.
public struct FileSighting: Hashable, Sendable {
  public var source: SourceID
  /// The printable path, relative to the source's directory; of a local file its absolute path.
  public var path: String
  /// Bytes; nil where the server does not tell.
  public var size: Int64?
  /// Seconds since 1970 by the server's clock; nil where the server does not tell.
  public var mtime: Int64?

  public init(source: SourceID = .local, path: String, size: Int64?, mtime: Int64?) {
    self.source = source
    self.path = path
    self.size = size
    self.mtime = mtime
  }

  /// The path as bytes, for sets and dictionaries: two names that Unicode takes for one are two files.
  public var pathBytes: [UInt8] { Array(path.utf8) }

  public static func == (left: Self, right: Self) -> Bool {
    left.source == right.source && left.size == right.size && left.mtime == right.mtime
      && left.path.utf8.elementsEqual(right.path.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(source)
    hasher.combine(pathBytes)
    hasher.combine(size)
    hasher.combine(mtime)
  }
}
