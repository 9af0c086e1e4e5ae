import ParcelStore
import TrackingFile

/// What a look at a file found that is not in its rows.
public struct FileLook: Sendable {
  /// As it was given; of a member of a ZIP archive `drop.zip!member.csv`.
  public var path: String
  /// As the ledger would know it; nil: of bytes that are no file of this machine, and of members of archives.
  public var sighting: FileSighting?
  /// The last header line; empty where the layout has none, or the file ended before it.
  public var header: [UInt8] = []
  /// Data lines, readable or not.
  public var rows = 0
  /// Why it can't be read, or not to its end.
  public var failure: FileFailure?
  /// What may be wrong with its texts.
  public var doubt: TextDoubt?

  public init(path: String) { self.path = path }
}
