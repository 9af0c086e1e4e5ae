import Foundation
import TestSupport
import Testing

/// A `colisd` that runs while the test goes on; it is killed when the last reference goes.
final class Daemon: Sendable {
  let process: RunningProcess
  private let scratch: TemporaryDirectory
  private let workspace: Workspace

  init(
    _ arguments: [String], environment: [String: String], directory: String, workspace: Workspace
  ) throws {
    scratch = try TemporaryDirectory()
    self.workspace = workspace
    process = try RunningProcess(
      Program.path(), arguments, environment: environment, directory: directory,
      output: .file(scratch.file("output")), error: .file(scratch.file("error")))
  }

  deinit { process.kill() }

  /// Standard error so far.
  var log: String { text("error") }

  /// Standard output so far.
  var output: String { text("output") }

  private func text(_ name: String) -> String {
    let data = FileManager.default.contents(atPath: scratch.file(name)) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }

  /// The log's lines with this event's name.
  func lines(_ event: String) -> [String] {
    log.split(separator: "\n").map(String.init).filter { line in
      line.contains("event=\(event) ") || line.hasSuffix("event=\(event)")
        || line.contains("\"event\":\"\(event)\"")
    }
  }

  /// When each of these lines was written, in seconds of the daemon's own clock; its log has the format `text`.
  func times(of event: String) throws -> [Double] {
    try lines(event).map { line in
      try Date(String(line.prefix(20)), strategy: .iso8601).timeIntervalSince1970
    }
  }

  /// Waits until the log has so many lines of the event.
  func waits(
    for event: String, count: Int = 1, within limit: Duration = .seconds(30)
  ) async throws {
    do {
      try await eventually(within: limit, "\(count) times \(event)") {
        lines(event).count >= count || process.hasEnded
      }
    } catch {
      throw TestSupportError("\(error); the log: \(log)")
    }
    guard lines(event).count >= count else {
      throw TestSupportError("colisd ended with \(process.status ?? -1) before \(event): \(log)")
    }
  }

  /// Sends a signal and waits for the end.
  /// - Returns: the exit status.
  func end(
    _ signal: Int32 = SIGTERM, within limit: Duration = .seconds(20),
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Int32 {
    process.signal(signal)
    try await eventually(within: limit, "the end after signal \(signal)") { process.hasEnded }
    workspace.expectNoSecret(in: log, sourceLocation)
    workspace.expectNoSecret(in: output, sourceLocation)
    return await process.waitForExit()
  }

  /// Sends a signal and measures how long the end takes, whatever else keeps the tests' tasks busy.
  func timeToEnd(_ signal: Int32 = SIGTERM, within limit: Duration = .seconds(60)) async throws
    -> Duration
  {
    try await onThread { [process] in
      let start = ContinuousClock.now
      process.signal(signal)
      while !process.hasEnded {
        guard .now - start < limit else {
          throw TestSupportError("colisd did not end within \(limit)")
        }
        usleep(2_000)
      }
      return .now - start
    }
  }
}
