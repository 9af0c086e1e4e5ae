import Foundation

/// An SFTP server that behaves as the protocol allows and OpenSSH never does: AsyncSSH, scripted.
public final class ScriptedServer: Sendable {
  public struct Options: Sendable, Encodable {
    /// Which logins it offers: `password`, `keyboard-interactive`.
    public var authentication = ["password"]
    public var username = "dupont"
    public var password = "s3cret"
    /// No answer to a read holds more bytes than this.
    public var maximumRead: Int?
    /// Each read waits up to so many milliseconds, so that answers overtake one another.
    public var jitter = 0
    /// Every size is given as 0.
    public var hidesSizes = false
    /// Reads from this offset on are never answered.
    public var stallsAt: Int?
    /// Listings are never answered.
    public var stallsListing = false
    /// Opening more files than this at a time fails.
    public var mostOpenFiles: Int?
    /// After so many bytes, what the server sends gets through one byte every 100 ms.
    public var tricklesAfter: Int?

    public init() {}
  }

  public let host = "127.0.0.1"
  public let port: UInt16
  public let hostKey: String
  public let drop: TemporaryDirectory

  private init(port: UInt16, hostKey: String, drop: TemporaryDirectory) {
    self.port = port
    self.hostKey = hostKey
    self.drop = drop
  }

  /// Runs a server for the time of the body. `hostKey` is its fingerprint, `SHA256:…`.
  public static func withServer<R>(
    _ options: Options, isolation: isolated (any Actor)? = #isolation,
    _ body: (ScriptedServer) async throws -> R
  ) async throws -> R {
    let drop = try TemporaryDirectory()
    let scratch = try TemporaryDirectory()
    let script = try scratch.write("server.py", asyncSSHScript)
    // The script ends when its standard input does: also when the test dies.
    let life = Pipe()
    let child = try RunningProcess(
      "/usr/bin/python3",
      [script, String(decoding: try JSONEncoder().encode(options), as: UTF8.self)],
      input: .descriptor(life.fileHandleForReading.fileDescriptor),
      output: .file(scratch.file("output")), error: .file(scratch.file("error")))
    func output(_ name: String) -> String {
      (try? String(contentsOfFile: scratch.file(name), encoding: .utf8)) ?? ""
    }
    do {
      try await eventually(within: .seconds(30), "the scripted server listens") {
        output("output").hasSuffix("\n") || child.hasEnded
      }
      let fields = output("output").split { $0 == " " || $0 == "\n" }
      guard fields.count == 2, let port = UInt16(fields[0]) else {
        throw TestSupportError("the scripted server did not start: \(output("error"))")
      }
      let server = ScriptedServer(port: port, hostKey: String(fields[1]), drop: drop)
      let result = try await body(server)
      child.kill()
      await child.waitForExit()
      withExtendedLifetime(life) {}
      return result
    } catch {
      child.kill()
      await child.waitForExit()
      throw error
    }
  }
}

/// Needs Debian's python3-asyncssh. Prints port and host key's fingerprint once it listens.
private let asyncSSHScript = #"""
  import asyncio, json, random, sys
  import asyncssh

  options = json.loads(sys.argv[1])


  class Server(asyncssh.SSHServer):
      def begin_auth(self, username):
          return True

      def password_auth_supported(self):
          return "password" in options["authentication"]

      def validate_password(self, username, password):
          return (username, password) == (options["username"], options["password"])

      def kbdint_auth_supported(self):
          return "keyboard-interactive" in options["authentication"]

      def get_kbdint_challenge(self, username, lang, submethods):
          return "", "", "", [("Password: ", False)]

      def validate_kbdint_response(self, username, responses):
          return self.validate_password(username, responses[0])


  class Files(asyncssh.SFTPServer):
      open_files = 0

      def open(self, path, pflags, attrs):
          most = options.get("mostOpenFiles")
          if most is not None and self.open_files >= most:
              raise asyncssh.SFTPFailure("too many open files")
          file = super().open(path, pflags, attrs)
          self.open_files += 1
          return file

      def close(self, file_obj):
          self.open_files -= 1
          super().close(file_obj)

      async def read(self, file_obj, offset, size):
          if options.get("stallsAt") is not None and offset >= options["stallsAt"]:
              await asyncio.sleep(3600)
          if options.get("maximumRead"):
              size = min(size, options["maximumRead"])
          data = super().read(file_obj, offset, size)
          if options["jitter"]:
              await asyncio.sleep(random.random() * options["jitter"] / 1000)
          return data

      def without_size(self, result):
          attrs = asyncssh.SFTPAttrs.from_local(result)
          if options["hidesSizes"]:
              attrs.size = 0
          return attrs

      def stat(self, path):
          return self.without_size(super().stat(path))

      def lstat(self, path):
          return self.without_size(super().lstat(path))

      def fstat(self, file_obj):
          return self.without_size(super().fstat(file_obj))


  async def never_answer(handler, packet):
      await asyncio.sleep(3600)


  if options["stallsListing"]:
      handlers = asyncssh.sftp.SFTPServerHandler._packet_handlers
      handlers[asyncssh.sftp.FXP_READDIR] = never_answer


  async def relay(reader, writer, trickles_after):
      count = 0
      try:
          while data := await reader.read(65536):
              if trickles_after is not None and count + len(data) > trickles_after:
                  for index in range(len(data)):
                      writer.write(data[index : index + 1])
                      await writer.drain()
                      await asyncio.sleep(0.1)
              else:
                  writer.write(data)
                  await writer.drain()
              count += len(data)
      except (ConnectionError, asyncio.CancelledError):
          pass
      finally:
          writer.close()


  async def main():
      key = asyncssh.generate_private_key("ssh-ed25519")
      # Version 3 is all that Debian 12's AsyncSSH speaks; later ones have to be told.
      server = await asyncssh.create_server(
          Server, "127.0.0.1", 0, server_host_keys=[key], sftp_factory=Files,
      )
      port = server.sockets[0].getsockname()[1]
      if options.get("tricklesAfter") is not None:
          inner = port

          async def accept(reader, writer):
              far_reader, far_writer = await asyncio.open_connection("127.0.0.1", inner)
              await asyncio.gather(
                  relay(reader, far_writer, None),
                  relay(far_reader, writer, options["tricklesAfter"]),
              )

          proxy = await asyncio.start_server(accept, "127.0.0.1", 0)
          port = proxy.sockets[0].getsockname()[1]
      print(port, key.get_fingerprint(), flush=True)
      loop = asyncio.get_running_loop()
      await loop.run_in_executor(None, sys.stdin.read)


  asyncio.run(main())
  """#
