import Foundation
import TestSupport
import Testing

/// Somebody who may not read a daemon's store, and may ask it over its socket.
struct Staff: Sendable {
  /// Nobody: the tests make no account.
  private static let id: gid_t = 65_534

  /// What a command ends with that was ended because its time was over.
  static let timeIsOver: Int32 = 124

  private let answering: AnsweringDaemon

  /// - Parameter isMember: whether they are in the group of the socket.
  /// - Throws: where the tests don't run as root.
  init(of answering: AnsweringDaemon, isMember: Bool = true) throws {
    self.answering = answering
    // Others may pass through the folder; the store stays its owner's alone.
    try chmod(0o755, answering.workspace.folder.path)
    if isMember { try #require(chown(answering.socket, 0, Self.id) == 0) }
  }

  /// Runs `colisd … --config …` as this user.
  /// - Parameter time: after this it is ended.
  func run(_ arguments: [String], within time: Duration = .seconds(60)) async throws
    -> ProcessResult
  {
    try await TestSupport.run(
      "/usr/bin/timeout", arguments: command(arguments, within: time),
      environment: Program.environment())
  }

  /// Starts it and leaves it running.
  func start(
    _ arguments: [String], output: RunningProcess.Stream, within time: Duration = .seconds(60)
  ) throws -> RunningProcess {
    try RunningProcess(
      "/usr/bin/timeout", command(arguments, within: time), environment: Program.environment(),
      output: output)
  }

  private func command(_ arguments: [String], within time: Duration) throws -> [String] {
    [
      "\(time.components.seconds)", "/usr/bin/setpriv", "--reuid=\(Self.id)",
      "--regid=\(Self.id)", "--clear-groups", try Program.path(),
    ] + arguments + ["--config", answering.workspace.configuration]
  }
}
