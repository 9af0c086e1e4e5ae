/// The entries of a directory, or a part of them.
public struct RemoteListing: Sendable {
  /// In the server's order, without `.` and `..`.
  public internal(set) var entries: [RemoteEntry] = []
  /// The directory's own attributes, if the server lists them; its time helps to know the server's clock.
  public internal(set) var directory: FileAttributes?
  /// Names that cannot be one component of a path, made printable; they are not among the entries.
  public internal(set) var unusableNames: [String] = []

  var isEmpty: Bool { entries.isEmpty && directory == nil && unusableNames.isEmpty }

  mutating func append(_ other: RemoteListing) {
    entries += other.entries
    directory = directory ?? other.directory
    unusableNames += other.unusableNames
  }

  mutating func append(_ names: [SFTPName]) {
    for name in names {
      if let valid = RemoteName(name.name) {
        entries.append(RemoteEntry(name: valid, attributes: name.attributes))
      } else if name.name == [UInt8(ascii: ".")] {
        directory = name.attributes
      } else if name.name != Array("..".utf8) {
        unusableNames.append(printable(name.name))
      }
    }
  }
}
