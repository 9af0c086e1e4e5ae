import Foundation

/// How a process ended and what it printed.
public struct ProcessResult: Sendable {
  /// The exit status; 128 + n when signal n ended it.
  public let status: Int32
  public let standardOutput: String
  public let standardError: String
  /// Standard output as bytes.
  public let rawOutput: [UInt8]
}

/// Runs a program to its end.
///
/// - Parameters:
///   - environment: replaces the whole environment where given.
///   - input: what its standard input holds; nothing by default.
///   - timeout: after this it is killed, and the call throws.
public func run(
  _ executable: String, arguments: [String] = [], environment: [String: String]? = nil,
  directory: String? = nil, input: [UInt8] = [], timeout: Duration = .seconds(120)
) async throws -> ProcessResult {
  // Files instead of pipes: a program that prints much cannot block on us.
  let scratch = try TemporaryDirectory()
  try scratch.write("input", input)
  let child = try RunningProcess(
    executable, arguments, environment: environment, directory: directory,
    input: .file(scratch.file("input")), output: .file(scratch.file("output")),
    error: .file(scratch.file("error")))
  let status = try await withThrowingTaskGroup(of: Int32?.self) { group in
    group.addTask { await child.waitForExit() }
    group.addTask {
      try await Task.sleep(for: timeout)
      return nil
    }
    // The child is ended, whichever of the two ends first.
    defer {
      child.kill()
      group.cancelAll()
    }
    return try await group.next() ?? nil
  }
  let output = try Data(contentsOf: URL(filePath: scratch.file("output")))
  let error = try Data(contentsOf: URL(filePath: scratch.file("error")))
  guard let status else {
    throw TestSupportError(
      "\(executable) \(arguments.joined(separator: " ")) did not end within \(timeout): "
        + String(decoding: error, as: UTF8.self))
  }
  return ProcessResult(
    status: status, standardOutput: String(decoding: output, as: UTF8.self),
    standardError: String(decoding: error, as: UTF8.self), rawOutput: Array(output))
}
