import Glibc
import SSH

/// The memory and threads that the program can't work without. Swift's runtime and libdispatch crash or
/// wait for ever when they are refused either, so both are tried at the start, where it can be reported.
enum Resources {
  /// Address space for the threads' stacks and for a poll.
  private static let memory = 96 << 20

  /// Ends the program with a sentence where something is missing.
  static func require() {
    // Without any right to it, as only the limit of addresses is asked.
    let area = mmap(
      nil, memory, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let area, area != MAP_FAILED else {
      end("\(memory >> 20) MB more of memory", errno, "ulimit -v, or LimitAS= of the unit")
    }
    munmap(area, memory)
    let code = DetachedThread.start(named: "first") {}
    if code != 0 { end("a thread", code, "ulimit -u, or TasksMax= of the unit") }
  }

  private static func end(_ what: String, _ code: Int32, _ limit: String) -> Never {
    StandardError.writeLine(
      "colisd: cannot get \(what): \(systemMessage(code)); raise the limit of this process (\(limit))"
    )
    exit(ExitStatus.localIO.rawValue)
  }
}
