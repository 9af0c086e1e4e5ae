import Foundation
import TestSupport
import Testing

/// A moment at which a program is run, whatever the time is (Tests/Faults/clock.c).
struct Moment: Sendable {
  /// Seconds since 1970.
  let seconds: Int

  init(seconds: Int) { self.seconds = seconds }

  /// - Parameter text: such as `2026-09-02T10:00:00+02:00`.
  init(_ text: String) throws {
    seconds = Int(try Date(text, strategy: .iso8601).timeIntervalSince1970)
  }

  /// How far this is from now.
  var shift: Int { seconds - Int(Date().timeIntervalSince1970) }

  func environment() async throws -> [String: String] {
    ["LD_PRELOAD": try await Faults.library("clock"), "CLOCK_SHIFT": "\(shift)"]
  }

  static func + (moment: Self, hours: Int) -> Self {
    Moment(seconds: moment.seconds + hours * 3600)
  }
}

/// The clock of a daemon, which can be set while it runs.
struct DaemonClock {
  let file: String

  init(of workspace: Workspace, at moment: Moment) throws {
    file = workspace.folder.file("clock")
    try set(moment)
  }

  func set(_ moment: Moment) throws {
    // A file must never be there half written.
    try Data("\(moment.shift)".utf8).write(to: URL(filePath: file), options: .atomic)
  }

  func environment() async throws -> [String: String] {
    ["LD_PRELOAD": try await Faults.library("clock"), "CLOCK_JUMP": file]
  }
}

extension Workspace {
  /// Runs `colisd …` at a moment.
  func run(_ arguments: String..., at moment: Moment) async throws -> ProcessResult {
    try await run(arguments, environment: try await moment.environment())
  }

  /// Drains at a moment.
  @discardableResult
  func drain(
    at moment: Moment, _ status: Int32 = Exit.done,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> ProcessResult {
    let result = try await run("--drain", at: moment)
    #expect(result.status == status, "\(result.standardError)", sourceLocation: sourceLocation)
    return result
  }

  /// What a command prints with `--json` at a moment; nil: now.
  func json(
    _ arguments: [String], at moment: Moment?, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> JSONValue {
    let result = try await run(
      arguments + ["--json"], environment: try await moment?.environment() ?? [:])
    try #require(
      result.status == Exit.done, "\(result.standardError)", sourceLocation: sourceLocation)
    return try JSONValue(result.standardOutput)
  }
}

extension ProcessResult {
  /// The log's lines with this event's name.
  func lines(_ event: String) -> [String] {
    logLines.filter { $0.contains("event=\(event) ") || $0.hasSuffix("event=\(event)") }
  }
}
