import Glibc

/// What has to be said before the process ends, whoever ends it.
enum ProcessEnd {
  /// Standard output can fail behind everybody's back: what the argument parser prints (help, version,
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
