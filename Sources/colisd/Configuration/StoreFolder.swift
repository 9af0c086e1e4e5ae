import Foundation

extension Configuration {
  /// What is wrong with the folder of the store; nil when nothing is, or there is no folder yet.
  ///
  /// The store's files are their owner's alone (0600), but whoever may write to the folder can put
  /// others in their place.
  var storeFolderWarning: String? {
    guard case .sqlite(let path) = store else { return nil }
    var status = stat()
    guard stat(path.folder, &status) == 0, status.st_mode & 0o022 != 0 else { return nil }
    return "\(path.folder), the folder of the store, can be written to by others than its owner: "
      + "run chmod go-w \(path.folder), or keep the store in a folder of its own"
  }
}
