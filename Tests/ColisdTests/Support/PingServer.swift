import Foundation
import TestSupport

/// An HTTP server that notes what it is asked, and answers as it is told.
final class PingServer: Sendable {
  let port: UInt16
  private let scratch: TemporaryDirectory
  private let process: RunningProcess

  private static let script = """
    import http.server, sys

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            with open("requests", "a") as log:
                log.write(self.path + "\\n")
            self.send_response(int(open("status").read()))
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    print("listening", flush=True)
    server.serve_forever()
    """

  private init(port: UInt16, status: Int) throws {
    self.port = port
    scratch = try TemporaryDirectory()
    try scratch.write("status", "\(status)")
    try scratch.write("server.py", Self.script)
    process = try RunningProcess(
      "/usr/bin/python3", [scratch.file("server.py"), "\(port)"], directory: scratch.path,
      output: .file(scratch.file("output")), error: .file(scratch.file("error")))
  }

  /// - Parameter status: of its answers; `answer(with:)` changes it.
  static func start(status: Int = 200) async throws -> PingServer {
    let server = try PingServer(port: try freePort(), status: status)
    try await eventually(within: .seconds(30), "the server of pings listens") {
      server.text("output").hasPrefix("listening")
    }
    return server
  }

  deinit { process.kill() }

  func answer(with status: Int) throws {
    // At once, as a request may come in the middle.
    let path = try scratch.write("status.new", "\(status)")
    guard rename(path, scratch.file("status")) == 0 else {
      throw TestSupportError("cannot write the status: \(String(cString: strerror(errno)))")
    }
  }

  /// The paths that were asked for so far.
  var requests: [String] { text("requests").split(separator: "\n").map(String.init) }

  private func text(_ name: String) -> String {
    (try? String(contentsOfFile: scratch.file(name), encoding: .utf8)) ?? ""
  }
}
