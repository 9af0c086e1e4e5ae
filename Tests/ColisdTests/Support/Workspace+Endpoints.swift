import Foundation
import TestSupport
import Testing

extension Workspace {
  /// Configures no server and these endpoints, at which nobody is.
  func configure(endpoints: [String], _ change: (inout Settings) -> Void = { _ in }) throws {
    try configureWithoutServer(change)
    guard !endpoints.isEmpty else { return }
    let secret = try secret("hook", "whsec_" + Data(count: 32).base64EncodedString())
    let elements = endpoints.map { name in
      "  - name: \(name)\n    url: https://\(name).example.net/hooks/never-shown\n"
        + "    secret: \(secret)\n"
    }
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
    try folder.write("colisd.yaml", text + "webhooks:\n" + elements.joined())
  }

  /// Changes the store as a daemon does that delivers.
  func changeStore(_ statements: String...) async throws {
    let script = """
      import sqlite3, sys
      store = sqlite3.connect(sys.argv[1], isolation_level=None)
      for statement in sys.argv[2:]:
          store.execute(statement)
      """
    let changed = try await TestSupport.run(
      "/usr/bin/python3",
      arguments: ["-c", script, folder.file("colisd.db")] + statements)
    try #require(changed.status == 0, "\(changed.standardError)")
  }
}
