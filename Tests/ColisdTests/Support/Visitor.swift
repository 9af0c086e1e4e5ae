import Foundation
import TestSupport

/// The programs of Tests/Browser: each uses colisd's HTTP side as somebody else does.
enum Visitor: String, Sendable {
  case api, metrics, pages, states, hostile, follow, get

  /// Whatever it does takes a few minutes at most; the rest is a busy machine's.
  private static let longest = Duration.seconds(1_200)

  /// Runs it to its end.
  /// - Parameters:
  ///   - arguments: the URL first.
  ///   - home: where a browser may leave something.
  func run(_ arguments: [String], home: String) async throws -> ProcessResult {
    try await TestSupport.run(
      Self.python(), arguments: [program] + arguments, environment: Self.environment(home),
      timeout: Self.longest)
  }

  /// Starts it and leaves it running.
  func start(_ arguments: [String], home: String, output: String) throws -> RunningProcess {
    try RunningProcess(
      Self.python(), [program] + arguments, environment: Self.environment(home),
      output: .file(output), error: .file(output))
  }

  private var program: String { clone.appending(path: "Tests/Browser/\(rawValue).py").path }

  private static func python() throws -> String {
    let path = clone.appending(path: ".build-python/bin/python").path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw TestSupportError("there is no \(path): run make test-packages")
    }
    return path
  }

  private static func environment(_ home: String) -> [String: String] {
    Program.environment(["HOME": home, "PYTHONDONTWRITEBYTECODE": "1"])
  }
}

/// The clone's folder.
let clone = URL(filePath: #filePath).appending(path: "../../../..").standardized
