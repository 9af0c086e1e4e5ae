import CMalloc
import Glibc

/// Keeps passwords and keys, which the program has in its memory, from getting out of it.
enum PrivateMemory {
  /// No core file, no dump of registers and memory into the log, and only root may attach to the
  /// process or read its memory or environment, other processes of the same user included. It has to
  /// come before a secret is read.
  static func seal() {
    // The limit covers core files. A `core_pattern` that is a pipe pays no heed to it, but to the flag.
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    _ = colisd_set_dumpable(0)
    // Beside a toolchain Swift's runtime has handlers that print what lies in memory at a crash. They
    // also let the first such signal of somebody else pass unheard.
    for number in [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] {
      let former = signal(number, SIG_DFL)
      if unsafeBitCast(former, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        signal(number, SIG_IGN)
      }
    }
  }
}
