import Foundation
import TestSupport

/// The built program: `$COLISD_BINARY`, or `colisd` beside the running tests.
enum Program {
  static func path() throws -> String {
    let path: String
    if let given = ProcessInfo.processInfo.environment["COLISD_BINARY"] {
      path = given
    } else {
      let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      path = URL(filePath: tests).deletingLastPathComponent().appending(path: "colisd").path
    }
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw TestSupportError("there is no program \(path): build colisd, or set COLISD_BINARY")
    }
    return path
  }

  /// What a user's shell would hand on, without what would change the outcome.
  static func environment(_ more: [String: String] = [:]) -> [String: String] {
    let kept = [
      "PATH", "HOME", "USER", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "TSAN_OPTIONS",
    ]
    let own = ProcessInfo.processInfo.environment.filter { kept.contains($0.key) }
    return own.merging(more) { _, new in new }
  }
}

/// sysexits, as the manual promises them.
enum Exit {
  static let done: Int32 = 0
  static let usage: Int32 = 64
  static let incomplete: Int32 = 65
  static let notFound: Int32 = 66
  static let unreachable: Int32 = 69
  static let localIO: Int32 = 74
  static let leased: Int32 = 75
  static let hostKey: Int32 = 76
  static let refused: Int32 = 77
  static let configuration: Int32 = 78
  static let killed: Int32 = 128 + SIGKILL
}

/// The clone's Samples/.
let samples = URL(filePath: #filePath).appending(path: "../../../../Samples").standardized

extension ProcessResult {
  /// The lines of standard output.
  var lines: [String] { standardOutput.split(separator: "\n").map(String.init) }

  /// The lines of standard error.
  var logLines: [String] { standardError.split(separator: "\n").map(String.init) }
}
