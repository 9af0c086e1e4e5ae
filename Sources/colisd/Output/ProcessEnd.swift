import Glibc

/// Writes what is still kept before the process ends, wherever it ends.
enum ProcessEnd {
  /// A failure of standard output can go unnoticed: what the argument parser prints (help, version,
  /// completions) is only written out at the end.
  static func prepare() {
    atexit {
      if fflush(nil) != 0, errno != EPIPE {
        StandardError.writeLine(StandardOutput.failure(errno))
        StandardError.finish()
        _exit(ExitStatus.localIO.rawValue)
      }
      StandardError.finish()
    }
  }
}
