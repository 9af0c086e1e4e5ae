import Foundation
import TestSupport

/// How a program ended, and what it took of the machine.
struct MeasuredRun {
  let status: Int32
  /// The most memory that it or one of its own ever had resident, in bytes.
  let peakMemory: Int
  /// Time of the processor, its own and the kernel's for it, with that of its children.
  let processorTime: Duration
  let standardError: String

  var logLines: [String] { standardError.split(separator: "\n").map(String.init) }

  /// Runs a program, such as colisd, to its end. What it prints on standard output is thrown away.
  init(
    of program: String, _ arguments: [String], environment: [String: String] = [:],
    timeout: Duration = .seconds(300)
  ) async throws {
    // Only wait4(2) reports it, for a process that has ended.
    let script = """
      import os, sys
      null = os.open("/dev/null", os.O_WRONLY)
      pid = os.posix_spawn(
          sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, 1)])
      _, status, usage = os.wait4(pid, 0)
      print(
          os.waitstatus_to_exitcode(status), usage.ru_maxrss,
          int((usage.ru_utime + usage.ru_stime) * 1000))
      """
    let result = try await run(
      "/usr/bin/python3", arguments: ["-c", script, program] + arguments,
      environment: Program.environment(environment), timeout: timeout)
    let numbers = result.standardOutput.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    guard numbers.count == 3 else {
      throw TestSupportError("\(program) could not be measured: \(result.standardError)")
    }
    status = Int32(numbers[0])
    peakMemory = numbers[1] << 10
    processorTime = .milliseconds(numbers[2])
    standardError = result.standardError
  }
}
