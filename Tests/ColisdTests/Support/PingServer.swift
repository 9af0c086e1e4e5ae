import Foundation
import TestSupport

/// An HTTP server that notes what it is asked, and answers as it is told.
final class PingServer: Sendable {
  let port: UInt16
  private let scratch: TemporaryDirectory
  private let process: RunningProcess

  private static let script = """
    import http.server

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

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
    """

  private init(port: UInt16, scratch: TemporaryDirectory, process: RunningProcess) {
    self.port = port
    self.scratch = scratch
    self.process = process
  }

  /// - Parameter status: of its answers; `answer(with:)` changes it.
  static func start(status: Int = 200) async throws -> PingServer {
    let scratch = try TemporaryDirectory()
    try scratch.write("status", "\(status)")
    try scratch.write("server.py", script)
    let process = try RunningProcess(
      "/usr/bin/python3", [scratch.file("server.py")], directory: scratch.path,
      output: .file(scratch.file("output")), error: .file(scratch.file("error")))
    do {
      try await eventually("the server of pings listens") {
        text("output", in: scratch).hasSuffix("\n") || process.hasEnded
      }
      guard let port = UInt16(text("output", in: scratch).dropLast()) else {
        throw TestSupportError("the server of pings: \(text("error", in: scratch))")
      }
      return PingServer(port: port, scratch: scratch, process: process)
    } catch {
      process.kill()
      throw error
    }
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
  var requests: [String] {
    Self.text("requests", in: scratch).split(separator: "\n").map(String.init)
  }

  private static func text(_ name: String, in scratch: TemporaryDirectory) -> String {
    (try? String(contentsOfFile: scratch.file(name), encoding: .utf8)) ?? ""
  }
}
