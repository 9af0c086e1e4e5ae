import SFTP

extension DropFolder {
  /// The files of one folder that no pattern of the filter matches and that are no sidecars: printable names, in
  /// the order of the listing.
  public func unmatchedNames(among entries: [RemoteEntry], settle: SettleRule) -> [String] {
    var sidecars = FolderSidecars(settle)
    return entries.filter { entry in
      entry.kind == .file && filter.misses(entry.name.bytes) && !sidecars.take(entry.name)
    }.map(\.name.description)
  }
}
