import Foundation
import Ingest
import SFTP
import SSH

extension DropSource {
  /// Makes the source of a configuration; reads its secrets.
  init(_ configuration: Configuration) throws(ConfigurationError) {
    let source = configuration.source
    func problem(_ sentence: String) -> ConfigurationError {
      ConfigurationError([
        ConfigurationProblem(file: configuration.path, place: nil, sentence: sentence)
      ])
    }
    var knownHosts: KnownHosts?
    if let path = source.knownHosts {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw problem(
          "source.known-hosts: \(path) cannot be read: \(String(cString: strerror(errno)))")
      }
      knownHosts = KnownHosts(text: String(decoding: data, as: UTF8.self))
    }
    let hostKeys: HostKeyPolicy
    do throws(HostKeyPolicyError) {
      hostKeys = try HostKeyPolicy(pins: source.pins, knownHosts: knownHosts)
    } catch {
      throw problem("source.host-keys: \(error)")
    }
    self.init(
      endpoint: SSHEndpoint(host: source.host, port: source.port, username: source.username),
      hostKeys: hostKeys,
      credentials: SSHCredentials(
        privateKeyPath: try source.privateKey?.filePath(),
        passphrase: try source.passphrase?.resolve(), password: try source.password?.resolve()),
      directory: RemotePath(source.directory), isRecursive: source.isRecursive,
      filter: FileFilter(include: source.include, exclude: source.exclude),
      afterIngest: source.afterIngest, grace: source.grace, timeout: source.timeout,
      connections: source.connections)
  }
}
