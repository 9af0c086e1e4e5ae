import ArgumentParser
import SFTP
import SSH

/// Reads one file of a server and throws its bytes away.
struct Fetch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Fetch a file over SFTP.")

  @Option var host = "127.0.0.1"
  @Option var port: UInt16 = 22
  @Option var user: String
  @Option(help: "The private key's file.") var key: String
  @Option(help: "The host key's fingerprint, SHA256:….") var pin: String
  @Argument(help: "The file's path on the server.") var path: String

  func run() async throws {
    let watch = Stopwatch()
    let path = RemotePath(path)
    let bytes = try await SFTPClient.withConnection(
      to: SSHAccess(
        endpoint: SSHEndpoint(host: host, port: port, username: user),
        hostKeys: try HostKeyPolicy(pins: [pin], knownHosts: nil),
        credentials: SSHCredentials(privateKeyPath: key, passphrase: nil, password: nil)),
      timeout: .seconds(30)
    ) { client in
      try await client.withFile(path) { file in
        var bytes = 0
        while let segment = try await file.next() { bytes += segment.count }
        return bytes
      }
    }
    printJSON(["bytes": Double(bytes), "wall": watch.wall, "cpu": watch.cpu])
  }
}
