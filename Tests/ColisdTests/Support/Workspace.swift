import Foundation
import Synchronization
import TestSupport
import Testing

/// All that a user of colisd has on his machine: a configuration, contracts with their secrets, a
/// status map, and a store to be.
final class Workspace: Sendable {
  let folder: TemporaryDirectory
  /// Texts that no output may ever contain.
  private let secrets: Mutex<[String]>

  /// With the samples' contracts, secrets, status map and layouts.
  init() throws {
    folder = try TemporaryDirectory()
    for name in ["contracts.d", "secrets", "layouts", "status-map.yaml"] {
      try FileManager.default.copyItem(
        at: samples.appending(path: name), to: folder.url.appending(path: name))
    }
    // git keeps no such mode, and colisd refuses what others can read.
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.file("secrets")) {
      try chmod(0o600, folder.file("secrets/\(name)"))
    }
    secrets = Mutex(["not-a-real-one", "PRIVATE KEY"])
  }

  /// With a configuration.
  convenience init(_ settings: Settings) throws {
    try self.init()
    try configure(settings)
  }

  /// For the real server of the test.
  convenience init(
    _ server: OpenSSHServer, _ change: (inout Settings) -> Void = { _ in }
  ) async throws {
    var settings = try await Settings(server)
    change(&settings)
    try self.init(settings)
  }

  var configuration: String { folder.file("colisd.yaml") }

  func configure(_ settings: Settings) throws { try folder.write("colisd.yaml", settings.yaml) }

  /// Writes a secret to a file that only its owner can read.
  /// - Returns: the reference to it.
  func secret(_ name: String, _ text: String) throws -> String {
    try chmod(0o600, folder.write("secrets/\(name)", text + "\n"))
    hide(text)
    return "{ file: secrets/\(name) }"
  }

  /// No output may have this text in it from now on.
  func hide(_ text: String) { secrets.withLock { $0.append(text) } }

  /// Runs `colisd … --config …` to its end.
  func run(
    _ arguments: String..., environment: [String: String] = [:], input: [UInt8] = [],
    timeout: Duration = .seconds(120), sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> ProcessResult {
    try await run(
      arguments, environment: environment, input: input, timeout: timeout,
      sourceLocation: sourceLocation)
  }

  func run(
    _ arguments: [String], environment: [String: String] = [:], input: [UInt8] = [],
    timeout: Duration = .seconds(120), sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> ProcessResult {
    let result = try await TestSupport.run(
      Program.path(), arguments: arguments + ["--config", configuration],
      environment: Program.environment(environment), directory: folder.path, input: input,
      timeout: timeout)
    expectNoSecret(in: result.standardOutput, sourceLocation)
    expectNoSecret(in: result.standardError, sourceLocation)
    return result
  }

  /// Runs `colisd --drain`, which has to end as expected.
  @discardableResult
  func drain(
    _ status: Int32 = Exit.done, timeout: Duration = .seconds(120),
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> ProcessResult {
    let result = try await run("--drain", timeout: timeout, sourceLocation: sourceLocation)
    #expect(
      result.status == status, "\(result.standardError)", sourceLocation: sourceLocation)
    return result
  }

  /// What a command prints with `--json`.
  func json(
    _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> JSONValue {
    let result = try await TestSupport.run(
      Program.path(), arguments: arguments + ["--json", "--config", configuration],
      environment: Program.environment(), directory: folder.path)
    try #require(
      result.status == Exit.done, "\(result.standardError)", sourceLocation: sourceLocation)
    expectNoSecret(in: result.standardOutput, sourceLocation)
    return try JSONValue(result.standardOutput)
  }

  /// The status, once there is a store.
  func statusIfThere() async throws -> JSONValue? {
    let result = try await run("status", "--json")
    return result.status == Exit.done ? try JSONValue(result.standardOutput) : nil
  }

  /// All events, in the order in which they are printed.
  func events(sourceLocation: SourceLocation = #_sourceLocation) async throws -> [JSONValue] {
    let result = try await run("events", sourceLocation: sourceLocation)
    try #require(
      result.status == Exit.done, "\(result.standardError)", sourceLocation: sourceLocation)
    let text = result.standardOutput
    return try await onThread { try text.split(separator: "\n").map { try JSONValue(String($0)) } }
  }

  /// The ledger by file name.
  func ledger(
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [String: JSONValue] {
    let files = try await json("files", sourceLocation: sourceLocation).elements
    return Dictionary(files.compactMap { file in file.path.string.map { ($0, file) } }) { $1 }
  }

  /// Starts `colisd …` and leaves it running.
  func start(_ arguments: String..., environment: [String: String] = [:]) throws -> Daemon {
    try Daemon(
      arguments + ["--config", configuration], environment: Program.environment(environment),
      directory: folder.path, workspace: self)
  }

  func expectNoSecret(in text: String, _ sourceLocation: SourceLocation) {
    let isPrinted = text.holds(anyOf: secrets.withLock { $0 })
    #expect(!isPrinted, "a secret was printed", sourceLocation: sourceLocation)
  }
}

func chmod(_ mode: mode_t, _ path: String) throws {
  guard Foundation.chmod(path, mode) == 0 else {
    throw TestSupportError("cannot chmod \(path): \(String(cString: strerror(errno)))")
  }
}
