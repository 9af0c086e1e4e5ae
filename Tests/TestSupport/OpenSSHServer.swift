import Foundation

/// A private sshd on a free port of loopback, with keys of its own, for one test.
///
/// ```swift
/// @Test(.openSSH()) func listsNothing() async throws {
///   let server = try OpenSSHServer.current
///   try server.drop.write("a.csv", "…")
///   …
/// }
/// ```
public final class OpenSSHServer: Sendable {
  public enum KeyType: String, Sendable, CaseIterable {
    case ed25519, ecdsa, rsa
  }

  public struct Options: Sendable {
    /// Which host keys the server has.
    public var hostKeys: [KeyType]
    /// Value of AuthenticationMethods and of what is switched on.
    public var authenticationMethods: String
    /// Further lines of sshd_config.
    public var configuration: [String]
    /// What `Subsystem sftp` runs.
    public var subsystem: String
    /// Whether the account's password is `OpenSSHServer.password` for this server, and for nothing
    /// else on this machine; needs root.
    public var takesPassword = false

    public init(
      hostKeys: [KeyType] = [.ed25519, .ecdsa], authenticationMethods: String = "publickey",
      configuration: [String] = [], subsystem: String = "internal-sftp",
      takesPassword: Bool = false
    ) {
      self.takesPassword = takesPassword
      self.hostKeys = hostKeys
      self.authenticationMethods = authenticationMethods
      self.configuration = configuration
      self.subsystem = subsystem
    }
  }

  @TaskLocal static var running: OpenSSHServer?

  /// The server that the test's trait has started.
  public static var current: OpenSSHServer {
    get throws {
      guard let running else { throw TestSupportError("the test lacks the trait .openSSH()") }
      return running
    }
  }

  public let host = "127.0.0.1"
  public let port: UInt16
  public let username = NSUserName()
  /// The directory for the test's files; its absolute path is the path on the server too.
  public let drop: TemporaryDirectory
  private let keys: TemporaryDirectory
  private let process: GuardedProcess

  private init(
    port: UInt16, drop: TemporaryDirectory, keys: TemporaryDirectory, process: GuardedProcess
  ) {
    self.port = port
    self.drop = drop
    self.keys = keys
    self.process = process
  }

  /// Runs a server for the time of the body.
  public static func withServer<R>(
    _ options: Options = Options(), isolation: isolated (any Actor)? = #isolation,
    _ body: (OpenSSHServer) async throws -> R
  ) async throws -> R {
    let server = try await start(options)
    do {
      let result = try await body(server)
      await server.stop()
      return result
    } catch {
      await server.stop()
      throw error
    }
  }

  // MARK: Keys

  /// The private key that the server lets in; also as `encrypted`, with `passphrase`.
  public func userKey(_ type: KeyType = .ed25519) async throws -> String {
    try await makeKey("user_\(type.rawValue)", type, passphrase: "", authorize: true)
  }

  public static let passphrase = "correct horse"
  public static let password = "s3cret"

  public func encryptedUserKey(_ type: KeyType = .ed25519) async throws -> String {
    try await makeKey(
      "encrypted_\(type.rawValue)", type, passphrase: Self.passphrase, authorize: true)
  }

  /// Lets the key of a public half in, a line as `ssh-keygen` writes it.
  public func authorize(_ publicKey: String) throws {
    let known = keys.file("authorized_keys")
    let old = try String(contentsOfFile: known, encoding: .utf8)
    try (old + publicKey).write(toFile: known, atomically: true, encoding: .utf8)
  }

  /// A key that the server does not know.
  public func strangersKey() async throws -> String {
    try await makeKey("stranger", .ed25519, passphrase: "", authorize: false)
  }

  /// `SHA256:…` of a host key.
  public func fingerprint(_ type: KeyType = .ed25519) async throws -> String {
    let line = try await keygen(["-l", "-f", keys.file("host_\(type.rawValue).pub")])
    let fields = line.split(separator: " ")
    guard fields.count > 1 else { throw TestSupportError("no fingerprint in: \(line)") }
    return String(fields[1])
  }

  /// Algorithm and base64, as they stand in known_hosts.
  public func publicHostKey(_ type: KeyType = .ed25519) throws -> String {
    let text = try String(contentsOfFile: keys.file("host_\(type.rawValue).pub"), encoding: .utf8)
    return text.split(separator: " ").prefix(2).joined(separator: " ")
  }

  private func makeKey(
    _ name: String, _ type: KeyType, passphrase: String, authorize: Bool
  ) async throws -> String {
    let path = keys.file(name)
    if FileManager.default.fileExists(atPath: path) { return path }
    try await Self.generate(type, path, passphrase: passphrase)
    if authorize {
      let known = keys.file("authorized_keys")
      let old = (try? String(contentsOfFile: known, encoding: .utf8)) ?? ""
      let new = try String(contentsOfFile: path + ".pub", encoding: .utf8)
      try (old + new).write(toFile: known, atomically: true, encoding: .utf8)
    }
    return path
  }

  static func generate(_ type: KeyType, _ path: String, passphrase: String) async throws {
    let size = type == .rsa ? ["-b", "2048"] : []
    _ = try await keygen(
      ["-q", "-t", type.rawValue, "-N", passphrase, "-C", "test", "-f", path] + size)
  }

  private func keygen(_ arguments: [String]) async throws -> String {
    try await Self.keygen(arguments)
  }

  static func keygen(_ arguments: [String]) async throws -> String {
    let result = try await run("/usr/bin/ssh-keygen", arguments: arguments)
    guard result.status == 0 else {
      throw TestSupportError("ssh-keygen failed: \(result.standardError)")
    }
    return result.standardOutput
  }

  // MARK: Life

  /// What the server has logged so far.
  public var log: String {
    (try? String(contentsOfFile: keys.file("log"), encoding: .utf8)) ?? ""
  }

  /// Kills the server and every session of it at once, as a power cut would.
  public func kill() { process.kill() }

  private static func start(_ options: Options) async throws -> OpenSSHServer {
    let keys = try TemporaryDirectory()
    for type in options.hostKeys {
      try await generate(type, keys.file("host_\(type.rawValue)"), passphrase: "")
    }
    try keys.write("authorized_keys", "")
    if geteuid() == 0 {
      try FileManager.default.createDirectory(
        atPath: "/run/sshd", withIntermediateDirectories: true)
    }
    // Somebody may take the port between looking for it and using it.
    for _ in 0..<5 {
      if let server = try await start(options, keys, port: freePort()) { return server }
    }
    throw TestSupportError("sshd found no port it could use")
  }

  private static func start(
    _ options: Options, _ keys: TemporaryDirectory, port: UInt16
  ) async throws -> OpenSSHServer? {
    let lines =
      options.configuration + [
        "Port \(port)", "ListenAddress 127.0.0.1", "PidFile none", "StrictModes no", "UsePAM no",
        "LogLevel DEBUG1", "AuthorizedKeysFile \(keys.file("authorized_keys"))",
        "PermitRootLogin yes", "PasswordAuthentication \(options.takesPassword ? "yes" : "no")",
        "KbdInteractiveAuthentication no",
        "AuthenticationMethods \(options.authenticationMethods)", "MaxStartups 200",
        "Subsystem sftp \(options.subsystem)",
      ] + options.hostKeys.map { "HostKey \(keys.file("host_\($0.rawValue)"))" }
    let configuration = try keys.write(
      "sshd_config", lines.joined(separator: "\n") + "\n")
    try keys.write("log", "")
    var command = ["/usr/sbin/sshd", "-D", "-E", keys.file("log"), "-f", configuration]
    if options.takesPassword { command = try withPassword(keys) + command }
    let child = try GuardedProcess(command)
    let server = OpenSSHServer(
      port: port, drop: try TemporaryDirectory(), keys: keys, process: child)
    try await eventually("sshd listens") {
      server.log.contains("Server listening on") || child.hasEnded
    }
    guard child.hasEnded else { return server }
    if server.log.contains("Address already in use") { return nil }
    throw TestSupportError("sshd did not start: \(server.log)")
  }

  /// What runs a command in a view of the file system in which the account has the password, as
  /// `openssl passwd -6 -salt colisd` makes it.
  private static func withPassword(_ keys: TemporaryDirectory) throws -> [String] {
    guard geteuid() == 0 else { throw TestSupportError("a password of the test's needs root") }
    let hash =
      "$6$colisd$LSqWx1tlFaEv1Oe5GSlDVvtypUDKyh/pg4o6Nvkn7UQSdha9r3"
      + "kfGPD9cnUW5vAjnYM8KPvxiwqh0WrSbn43g0"
    let shadow = try keys.write("shadow", "\(NSUserName()):\(hash):19000:0:99999:7:::\n")
    return [
      "/usr/bin/unshare", "--mount", "/bin/sh", "-c",
      "mount --bind \(shadow) /etc/shadow && exec \"$@\"", "sh",
    ]
  }

  private func stop() async { await process.stop() }
}
