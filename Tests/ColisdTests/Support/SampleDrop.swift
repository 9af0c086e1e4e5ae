import Foundation
import TestSupport
import Testing

extension TemporaryDirectory {
  /// Puts the samples' drop into this directory. All files get one time, so that they are taken in
  /// the order of their names.
  func fillWithSamples() throws {
    let drop = samples.appending(path: "drop")
    for name in try FileManager.default.contentsOfDirectory(atPath: drop.path) {
      try FileManager.default.copyItem(
        at: drop.appending(path: name), to: url.appending(path: name))
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_788_000_000)], ofItemAtPath: file(name))
    }
  }
}

/// A workspace that has drained the samples once, as `make demo` does.
func drainedSamples(
  sourceLocation: SourceLocation = #_sourceLocation
) async throws -> (workspace: Workspace, result: ProcessResult) {
  let server = try OpenSSHServer.current
  try server.drop.fillWithSamples()
  let workspace = try await Workspace(server)
  let result = try await workspace.drain(Exit.incomplete, sourceLocation: sourceLocation)
  return (workspace, result)
}

/// The lines of a file of the samples' drop, as text.
func sampleLines(of name: String) throws -> [String] {
  let url = samples.appending(path: "drop/\(name)")
  return try String(contentsOf: url, encoding: .utf8)
    .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}
