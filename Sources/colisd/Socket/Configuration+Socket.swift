import Glibc
import Operators

extension Configuration {
  /// The daemon's socket, where this user can't read the store and has to ask the daemon; nil: the store is read.
  var daemonSocket: DaemonSocket? {
    guard case .sqlite(let path) = store, access(path, R_OK) != 0, errno == EACCES else {
      return nil
    }
    for case .unix(let socket) in http?.listeners ?? [] { return DaemonSocket(path: socket) }
    return nil
  }
}
