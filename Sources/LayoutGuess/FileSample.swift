/// The first part of a tracking file, unpacked.
public struct FileSample: Sendable {
  /// The file's path as the user gave it.
  public var path: String
  public var bytes: [UInt8]
  /// Whether these are all of the file's bytes. Only then can a closing line be seen.
  public var isWhole: Bool

  /// The most bytes of a file that are worth looking at: thousands of lines.
  public static let most = 1 << 20

  public init(path: String, bytes: [UInt8], isWhole: Bool) {
    self.path = path
    self.bytes = bytes
    self.isWhole = isWhole
  }
}
