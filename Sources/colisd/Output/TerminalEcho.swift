import Glibc
import Synchronization

/// Whether the terminal shows what is typed. A signal that ends the program turns it on again first.
enum TerminalEcho {
  private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
  nonisolated(unsafe) private static var before = termios()
  private static let isOff = Atomic(false)

  static func turnOff() {
    guard tcgetattr(STDIN_FILENO, &before) == 0 else { return }
    isOff.store(true, ordering: .sequentiallyConsistent)
    for number in signals { signal(number, endWithEcho) }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    // Ctrl-Z would hand the terminal back to the shell without an echo.
    withUnsafeMutableBytes(of: &silent.c_cc) { $0[Int(VSUSP)] = 0 }
    // What was typed before the question is not part of the answer.
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
  }

  static func restore() {
    guard isOff.load(ordering: .sequentiallyConsistent) else { return }
    tcsetattr(STDIN_FILENO, TCSADRAIN, &before)
    for number in signals { signal(number, SIG_DFL) }
    isOff.store(false, ordering: .sequentiallyConsistent)
  }

  /// Calls nothing but what POSIX allows in a handler.
  private static let endWithEcho: @convention(c) (Int32) -> Void = { number in
    tcsetattr(STDIN_FILENO, TCSANOW, &before)
    signal(number, SIG_DFL)
    raise(number)
  }
}
