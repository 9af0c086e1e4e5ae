import Foundation
import TestSupport
import Testing

/// A daemon that answers over HTTP: on a free port of loopback, and on a Unix socket.
struct AnsweringDaemon: Sendable {
  let workspace: Workspace
  let daemon: Daemon
  let url: String
  /// The path of its Unix socket.
  let socket: String
  let token: String?

  /// Starts one, and waits until it answers and its first poll is over.
  /// - Parameters:
  ///   - token: nil: none is needed.
  ///   - change: of the configuration.
  init(
    _ server: OpenSSHServer, token: String? = nil, _ change: (inout Settings) -> Void = { _ in }
  ) async throws {
    workspace = try Workspace()
    self.token = token
    socket = workspace.folder.file("http.sock")
    var settings = try await Settings(server)
    if let token { settings.http["token"] = try workspace.secret("http", token) }
    change(&settings)
    let (daemon, port) = try await Self.start(workspace, settings, socket)
    self.daemon = daemon
    url = "http://127.0.0.1:\(port)"
    let workspace = workspace
    try await eventually(within: .seconds(60), "the first poll is over: \(daemon.log)") {
      try await workspace.statusIfThere()?.last_success_at.string != nil
    }
  }

  /// Starts a daemon at a free port.
  private static func start(
    _ workspace: Workspace, _ settings: Settings, _ socket: String
  ) async throws -> (Daemon, UInt16) {
    var settings = settings
    // Somebody may take the port between looking for it and using it.
    for _ in 0..<5 {
      let port = try freePort()
      settings.http["listen"] = "[\"unix:\(socket)\", \"127.0.0.1:\(port)\"]"
      try workspace.configure(settings)
      let daemon = try workspace.start("run")
      // Not by connecting: somebody else may answer, or the attempt itself have the port for a moment.
      try await eventually(within: .seconds(30), "colisd listens") {
        daemon.lines("http.listening").count == 2 || daemon.process.hasEnded
      }
      guard daemon.process.hasEnded else { return (daemon, port) }
      guard daemon.log.contains("in use") else {
        throw TestSupportError("colisd ended with \(daemon.process.status ?? -1): \(daemon.log)")
      }
    }
    throw TestSupportError("colisd found no port it could use")
  }

  /// With the samples in the drop.
  static func withSamples(
    _ server: OpenSSHServer, token: String? = nil, _ change: (inout Settings) -> Void = { _ in }
  ) async throws -> AnsweringDaemon {
    try server.drop.fillWithSamples()
    return try await AnsweringDaemon(server, token: token, change)
  }

  /// Lets a program of Tests/Browser check some promises, by name, or all that it knows.
  func expect(
    _ visitor: Visitor, _ checks: String..., options: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let result = try await visitor.run(
      [url] + checks + (token.map { ["--token", $0] } ?? []) + options,
      home: workspace.folder.path)
    #expect(
      result.status == 0, "\(result.standardOutput)\n\(result.standardError)",
      sourceLocation: sourceLocation)
  }

  /// What is answered at a path of the API.
  func get(_ path: String) async throws -> JSONValue {
    let result = try await Visitor.get.run(
      [url, path] + (token.map { ["--token", $0] } ?? []), home: workspace.folder.path)
    guard result.status == 0 else {
      throw TestSupportError("\(path): \(result.standardOutput)\(result.standardError)")
    }
    return try JSONValue(result.standardOutput)
  }

  /// Asks it to end, which has to be a good end.
  func end(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let status = try await daemon.end(sourceLocation: sourceLocation)
    #expect(status == Exit.done, "\(daemon.log)", sourceLocation: sourceLocation)
  }
}
