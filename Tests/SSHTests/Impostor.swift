import Foundation
import TestSupport

/// An SSH server with a key of its own that takes every login and writes down what it was told.
final class Impostor: Sendable {
  let port: UInt16
  let hostKey: String
  private let process: RunningProcess
  private let scratch: TemporaryDirectory
  /// The script ends when its standard input does: also when the test dies.
  private let life = Pipe.lifeline()

  private static let script = """
    import asyncio, sys
    import asyncssh

    def note(*words):
        print(*words, flush=True)

    class Server(asyncssh.SSHServer):
        def connection_made(self, connection):
            note("connected")
        def connection_lost(self, error):
            note("left")
        def begin_auth(self, username):
            note("user", username)
            return True
        def password_auth_supported(self):
            return True
        def validate_password(self, username, password):
            note("password", password)
            return True
        def public_key_auth_supported(self):
            return True
        def validate_public_key(self, username, key):
            note("key", key.get_fingerprint())
            return True
        def kbdint_auth_supported(self):
            return True
        def get_kbdint_challenge(self, username, lang, submethods):
            return "", "", "", [("Password: ", False)]
        def validate_kbdint_response(self, username, responses):
            note("response", *responses)
            return True

    async def main():
        key = asyncssh.generate_private_key(sys.argv[1])
        server = await asyncssh.create_server(
            Server, "127.0.0.1", 0, server_host_keys=[key])
        note("listening", server.sockets[0].getsockname()[1], key.get_fingerprint())
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

    asyncio.run(main())
    """

  init(_ algorithm: String) async throws {
    scratch = try TemporaryDirectory()
    let script = try scratch.write("impostor.py", Self.script)
    let (output, error) = (scratch.file("output"), scratch.file("error"))
    process = try RunningProcess(
      "/usr/bin/python3", [script, algorithm],
      input: .descriptor(life.fileHandleForReading.fileDescriptor),
      output: .file(output), error: .file(error))
    func text(_ path: String) -> String {
      (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
    let process = process
    try await eventually(within: .seconds(30), "the impostor listens") {
      text(output).hasSuffix("\n") || process.hasEnded
    }
    let fields = text(output).split { $0 == " " || $0 == "\n" }
    guard fields.count == 3, let port = UInt16(fields[1]) else {
      throw TestSupportError("the impostor did not start: \(text(error))")
    }
    self.port = port
    hostKey = String(fields[2])
  }

  deinit { process.kill() }

  /// What it was told, a line each, after the line of its start.
  var notes: [String] {
    let text = (try? String(contentsOfFile: scratch.file("output"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").dropFirst().map(String.init)
  }
}
