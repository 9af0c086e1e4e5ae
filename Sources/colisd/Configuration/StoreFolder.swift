import Foundation
import ParcelStore

extension Configuration {
  /// What is wrong with the folder of the store; nil when nothing is, or there is no folder yet.
  ///
  /// The store's files are their owner's alone (0600), but a user who may write to the folder can
  /// put others in their place.
  var storeFolderWarning: String? {
    guard case .sqlite(let path) = store else { return nil }
    var status = stat()
    guard stat(path.folder, &status) == 0, status.st_mode & 0o022 != 0 else { return nil }
    return "\(path.folder), the folder of the store, can be written to by others than its owner: "
      + "run chmod go-w \(path.folder), or keep the store in a folder of its own"
  }

  /// Why a drain could not use the store's folder, for the user who asks; nil when it can.
  var storeFolderFault: StoreError? {
    guard case .sqlite(let path) = store else { return nil }
    let folder = path.folder
    func fault(_ reason: String, _ advice: String) -> StoreError {
      StoreError(.denied, operation: "write", store: path, reason: reason, advice: advice)
    }
    var status = stat()
    guard stat(folder, &status) == 0 else {
      let code = errno
      if code == ENOENT, Self.isMadeBySystemd(folder) { return nil }
      let reason = "its folder \(folder): \(String(cString: strerror(code)))"
      return fault(
        reason,
        code == ENOENT
          ? "make it for the user that runs colisd (install -d -m 700 -o USER \(folder)), or set store.url"
          : "ask as the user that runs colisd (sudo), or set store.url")
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      return fault("\(folder) is no folder", "set store.url")
    }
    /// Why a path can't be used; nil when it can.
    func code(_ path: String, _ mode: Int32) -> Int32? { access(path, mode) == 0 ? nil : errno }
    let files: [String] = ["", "-wal", "-shm", ".lock"].map { path + $0 }
    let found: (path: String, code: Int32)? =
      code(folder, W_OK | X_OK).map { (folder, $0) }
      ?? files.lazy.filter { code($0, F_OK) == nil }
      .compactMap { file in code(file, R_OK | W_OK).map { (file, $0) } }.first
    guard let found else { return nil }
    let reason = String(cString: strerror(found.code))
    let owner = getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) }
    return fault(
      "\(found.path) can't be written to by the user \(NSUserName()): \(reason)",
      "ask as the user that runs colisd (sudo -u \(owner ?? "#\(status.st_uid)") colisd check), or give "
        + "it to this one")
  }

  /// Whether a folder is the one that the unit makes when it starts.
  private static func isMadeBySystemd(_ folder: String) -> Bool {
    folder == "/var/lib/colisd" && isUnitInstalled
  }

  /// Whether systemd knows the daemon.
  static var isUnitInstalled: Bool {
    ["/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"].contains {
      access("\($0)/colisd.service", F_OK) == 0
    }
  }
}
