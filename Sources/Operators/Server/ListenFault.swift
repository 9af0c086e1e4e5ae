import Glibc

/// Why an address can't be listened at.
public struct ListenFault: Error, CustomStringConvertible {
  public let description: String

  init(_ listener: Listener, _ reason: String, advice: String = "") {
    description = "http.listen: cannot listen at \(listener): \(reason)\(advice)"
  }

  /// - Parameter code: `errno`.
  init(_ listener: Listener, _ code: Int32) {
    let advice =
      switch (listener, code) {
      case (.unix(let path), ENOENT), (.unix(let path), ENOTDIR):
        "; make the folder of \(path), as RuntimeDirectory=colisd of the unit does"
      case (_, EADDRINUSE): "; another program listens there: stop it, or name another port"
      case (_, EADDRNOTAVAIL): "; it is no address of this machine"
      case (_, EACCES), (_, EPERM):
        "; this user may not: choose a port above 1023, or another folder"
      default: ""
      }
    self.init(listener, String(cString: strerror(code)), advice: advice)
  }
}
