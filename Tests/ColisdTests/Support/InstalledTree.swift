import Foundation
import TestSupport

/// What `make install` puts below DESTDIR, of the program that is tested.
struct InstalledTree {
  let folder: TemporaryDirectory

  /// - Parameter prepare: what is there before.
  init(_ prepare: (TemporaryDirectory) throws -> Void = { _ in }) async throws {
    folder = try TemporaryDirectory()
    try prepare(folder)
    let script = samples.appending(path: "../packaging/install").standardized.path
    let result = try await run(
      script, arguments: [Program.path(), folder.path, "/usr"],
      environment: Program.environment())
    guard result.status == 0 else {
      throw TestSupportError("packaging/install: \(result.standardError)")
    }
  }

  /// The Markdown documents, as paths relative to `/usr/share/doc/colisd`.
  func documents() throws -> [String] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: path("/usr/share/doc/colisd"))
    return names.filter { $0.hasSuffix(".md") }.sorted()
  }

  func path(_ inside: String) -> String { folder.path + inside }

  func text(_ inside: String) throws -> String {
    try String(contentsOfFile: path(inside), encoding: .utf8)
  }
}
