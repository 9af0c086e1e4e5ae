import Foundation

/// A private ProFTPD with mod_sftp on a free port of loopback, for one test.
///
/// Its users see the drop as their whole file system, and may what the modes there allow nobody's
/// account. Needs Debian's proftpd-core and proftpd-mod-crypto, and root.
public final class ProFTPDServer: Sendable {
  public let host = "127.0.0.1"
  public let port: UInt16
  public let username = "dupont"
  public static let password = "s3cret"
  /// The directory for the test's files.
  public let drop: TemporaryDirectory
  /// Its path on the server.
  public let directory = "/"
  private let keys: TemporaryDirectory
  private let process: GuardedProcess

  /// The account in whose name the server reads and writes files.
  private static let account: uid_t = 65_534

  private init(
    port: UInt16, drop: TemporaryDirectory, keys: TemporaryDirectory, process: GuardedProcess
  ) {
    self.port = port
    self.drop = drop
    self.keys = keys
    self.process = process
  }

  /// Runs a server for the time of the body.
  ///
  /// - Parameter configuration: further lines of proftpd.conf.
  public static func withServer<R>(
    configuration: [String] = [], isolation: isolated (any Actor)? = #isolation,
    _ body: (ProFTPDServer) async throws -> R
  ) async throws -> R {
    let server = try await start(configuration)
    do {
      let result = try await body(server)
      await server.process.stop()
      return result
    } catch {
      await server.process.stop()
      throw error
    }
  }

  /// The private key that the server lets in.
  public var userKey: String { keys.file("user_ed25519") }

  /// `SHA256:…` of its host key.
  public func fingerprint() async throws -> String {
    let line = try await OpenSSHServer.keygen(["-l", "-f", keys.file("host_ed25519.pub")])
    let fields = line.split(separator: " ")
    guard fields.count > 1 else { throw TestSupportError("no fingerprint in: \(line)") }
    return String(fields[1])
  }

  /// What mod_sftp has logged so far.
  public var log: String {
    (try? String(contentsOfFile: keys.file("sftp.log"), encoding: .utf8)) ?? ""
  }

  // MARK: Life

  private static func start(_ configuration: [String]) async throws -> ProFTPDServer {
    guard geteuid() == 0 else { throw TestSupportError("ProFTPD needs root to change its user") }
    let keys = try TemporaryDirectory()
    let drop = try TemporaryDirectory()
    guard chown(drop.path, account, account) == 0 else {
      throw TestSupportError("cannot chown \(drop.path): \(String(cString: strerror(errno)))")
    }
    for name in ["host_ed25519", "user_ed25519"] {
      try await OpenSSHServer.generate(.ed25519, keys.file(name), passphrase: "")
    }
    // mod_sftp reads public keys in the form of RFC 4716.
    let key = try await OpenSSHServer.keygen(["-e", "-f", keys.file("user_ed25519.pub")])
    try keys.write("authorized_dupont", key)
    let users = try keys.write(
      "passwd", "dupont:\(hashedPassword):\(account):\(account)::\(drop.path):/bin/false\n")
    let groups = try keys.write("group", "nogroup:x:\(account):\n")
    for path in [users, groups] { chmod(path, 0o640) }
    // Somebody may take the port between looking for it and using it.
    for _ in 0..<5 {
      if let server = try await start(configuration, keys, drop, port: freePort()) {
        return server
      }
    }
    throw TestSupportError("ProFTPD found no port it could use")
  }

  /// The password by crypt(3), as `openssl passwd -6 -salt colisd` makes it.
  private static let hashedPassword =
    "$6$colisd$LSqWx1tlFaEv1Oe5GSlDVvtypUDKyh/pg4o6Nvkn7UQSdha9r3"
    + "kfGPD9cnUW5vAjnYM8KPvxiwqh0WrSbn43g0"

  private static func start(
    _ further: [String], _ keys: TemporaryDirectory, _ drop: TemporaryDirectory, port: UInt16
  ) async throws -> ProFTPDServer? {
    let lines =
      [
        "LoadModule mod_sftp.c", "ServerType standalone", "ServerName test", "Port \(port)",
        "DefaultAddress 127.0.0.1", "SocketBindTight on", "UseIPv6 off", "User nobody",
        "Group nogroup", "UseReverseDNS off", "WtmpLog off", "RequireValidShell off",
        "PidFile \(keys.file("pid"))", "ScoreboardFile \(keys.file("scoreboard"))",
        "SystemLog \(keys.file("log"))", "AuthOrder mod_auth_file.c",
        "AuthUserFile \(keys.file("passwd"))", "AuthGroupFile \(keys.file("group"))",
        "DefaultRoot ~", "SFTPEngine on", "SFTPLog \(keys.file("sftp.log"))",
        "SFTPHostKey \(keys.file("host_ed25519"))", "SFTPAuthMethods publickey password",
        "SFTPAuthorizedUserKeys file:\(keys.path)/authorized_%u",
      ] + further
    let configuration = try keys.write("proftpd.conf", lines.joined(separator: "\n") + "\n")
    try keys.write("log", "")
    let child = try GuardedProcess("/usr/sbin/proftpd", "-n", "-q", "-c", configuration)
    func log() -> String {
      (try? String(contentsOfFile: keys.file("log"), encoding: .utf8)) ?? ""
    }
    try await eventually("ProFTPD listens") { log().contains("STARTUP") || child.hasEnded }
    guard child.hasEnded else {
      return ProFTPDServer(port: port, drop: drop, keys: keys, process: child)
    }
    if log().contains("Address already in use") { return nil }
    throw TestSupportError("ProFTPD did not start: \(log())")
  }
}
