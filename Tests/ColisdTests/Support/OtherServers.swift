import TestSupport

extension Workspace {
  /// For a scripted server, with its password.
  convenience init(
    _ server: ScriptedServer, _ change: (inout Settings) -> Void = { _ in }
  ) throws {
    try self.init()
    var settings = Settings(
      port: server.port, username: "dupont", hostKey: server.hostKey, directory: server.drop.path)
    settings.source["password"] = try secret("drop.password", "s3cret")
    change(&settings)
    try configure(settings)
  }

  /// A scripted server as a source.
  func source(_ server: ScriptedServer) throws -> Settings.Section {
    var settings = Settings(
      port: server.port, username: "dupont", hostKey: server.hostKey, directory: server.drop.path)
    settings.source["password"] = try secret("drop.password", "s3cret")
    return settings.source
  }

  /// For a ProFTPD, with the key that it lets in.
  convenience init(
    _ server: ProFTPDServer, _ change: (inout Settings) -> Void = { _ in }
  ) async throws {
    try self.init()
    var settings = Settings(
      port: server.port, username: server.username, hostKey: try await server.fingerprint(),
      directory: server.directory)
    settings.source["private-key"] = server.userKey
    change(&settings)
    try configure(settings)
  }
}

extension JSONValue {
  /// Whether an error, in the ledger or elsewhere, names all of these.
  func names(_ words: String...) -> Bool {
    words.allSatisfy { string?.contains($0) == true }
  }
}

extension ProcessResult {
  /// Whether the log of a drain names no file.
  var isIdle: Bool {
    logLines.contains { $0.contains("event=drain.finished files=0 ") }
      && !logLines.contains { $0.contains("event=file.") || $0.contains("event=poll.") }
  }
}
