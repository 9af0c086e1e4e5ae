import Foundation
import ParcelStore

/// The file beside a store on which processes agree who polls and who writes next.
///
/// All locks on it belong to its descriptor: the kernel gives them back when the process ends,
/// however it ends. Its content names who holds the lease (`StoreLease`). The other locks are on
/// bytes after its end (`RangeLock`), for which nothing is ever written.
package final class LockFile: Sendable {
  let descriptor: Int32
  /// Of the store, for messages.
  let store: String

  private init(descriptor: Int32, store: String) {
    self.descriptor = descriptor
    self.store = store
  }

  deinit { close(descriptor) }

  package static func path(ofStore store: String) -> String { store + ".lock" }

  /// Opens a store's lock file; makes it where there is none.
  package static func open(ofStore store: String) throws(StoreError) -> LockFile {
    let path = path(ofStore: store)
    // Somebody who may write to the folder could put a link there, and the file that it leads to
    // would be emptied.
    let descriptor = Foundation.open(
      path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0o600)
    guard descriptor >= 0 else {
      let code = errno
      if code == ELOOP { throw foreign(path, store, "it is a symbolic link") }
      if code == EISDIR || code == ENXIO { throw foreign(path, store, "it is no regular file") }
      let full = code == ENOSPC || code == EDQUOT
      throw StoreError(
        full ? .full : .denied, operation: "open the lock file \(path)", store: store,
        reason: String(cString: strerror(code)),
        advice: "check that the folder exists and that this user may write there")
    }
    let file = LockFile(descriptor: descriptor, store: store)
    if let reason = file.reasonToRefuse(path) { throw foreign(path, store, reason) }
    // Root gives the file to the owner of the folder, who could not write to it otherwise.
    var folder = stat()
    if geteuid() == 0, stat(path.parentFolder, &folder) == 0, folder.st_uid != 0 {
      _ = fchown(descriptor, folder.st_uid, folder.st_gid)
    }
    return file
  }

  /// Opens an existing lock file to ask who holds its locks; nil: there is none, or it can't be one
  /// of ours.
  static func look(atStore store: String) -> LockFile? {
    let path = path(ofStore: store)
    let descriptor = Foundation.open(
      path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { return nil }
    let file = LockFile(descriptor: descriptor, store: store)
    return file.reasonToRefuse(path) == nil ? file : nil
  }

  private static func foreign(_ path: String, _ store: String, _ reason: String) -> StoreError {
    StoreError(
      .denied, operation: "open the lock file \(path)", store: store,
      reason: reason + ", which another user may have laid there",
      advice: "look at it, take it away, and see that nobody else may write to its folder")
  }

  /// Why a file that is there can't be a lock file of ours; nil: it can.
  private func reasonToRefuse(_ path: String) -> String? {
    var file = stat()
    guard fstat(descriptor, &file) == 0 else { return "nothing can be learnt of it" }
    guard file.st_mode & S_IFMT == S_IFREG else { return "it is no regular file" }
    guard file.st_nlink == 1 else { return "it is a file with further names" }
    // Root may work on the store of another user: then the file belongs to the owner of the folder.
    var folder = stat()
    let isOfFolder = stat(path.parentFolder, &folder) == 0 && folder.st_uid == file.st_uid
    guard file.st_uid == geteuid() || isOfFolder else { return "it belongs to another user" }
    return nil
  }
}

extension String {
  fileprivate var parentFolder: String { lastIndex(of: "/").map { String(self[...$0]) } ?? "." }
}
