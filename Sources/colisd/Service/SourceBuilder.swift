import Ingest
import SFTP
import SSH

extension DropSource {
  /// Makes a source of a configuration; reads its secrets.
  init(
    _ source: Configuration.Source, of configuration: Configuration
  ) throws(ConfigurationError) {
    func problem(_ sentence: String) -> ConfigurationError {
      ConfigurationError([
        ConfigurationProblem(
          file: configuration.path, place: nil, sentence: "\(source.key).\(sentence)")
      ])
    }
    if let path = source.knownHosts {
      // It is read again at each connection; a mistake is reported before the first one.
      do throws(SmallFile.ReadError) {
        _ = try KnownHosts(file: path)
      } catch {
        throw problem("known-hosts: \(path) \(error)")
      }
    }
    let hostKeys: HostKeyPolicy
    do throws(HostKeyPolicyError) {
      hostKeys = try HostKeyPolicy(pins: source.pins, knownHostsFile: source.knownHosts)
    } catch {
      throw problem("host-keys: \(error)")
    }
    self.init(
      name: source.name,
      access: SSHAccess(
        endpoint: SSHEndpoint(host: source.host, port: source.port, username: source.username),
        hostKeys: hostKeys,
        credentials: SSHCredentials(
          privateKeyPath: try source.privateKey?.filePath(),
          passphrase: try source.passphrase?.resolve(), password: try source.password?.resolve()),
        allowsLegacyAlgorithms: source.allowsLegacyAlgorithms),
      root: DropFolder(
        path: RemotePath(source.directory), isRecursive: source.isRecursive,
        filter: FileFilter(include: source.include, exclude: source.exclude)),
      afterIngest: AfterIngest(source.afterIngest, grace: source.grace),
      limits: ConnectionLimits(timeout: source.timeout, sessions: source.connections))
  }
}
