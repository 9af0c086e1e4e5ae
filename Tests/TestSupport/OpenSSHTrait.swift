import Testing

/// Starts an `OpenSSHServer` for each test and stops it after it.
public struct OpenSSHTrait: TestTrait, SuiteTrait, TestScoping {
  let options: OpenSSHServer.Options

  /// A suite hands the trait down, so that each of its tests has a server of its own.
  public var isRecursive: Bool { true }

  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await function() }
    try await OpenSSHServer.withServer(options) { server in
      try await OpenSSHServer.$running.withValue(server) { try await function() }
    }
  }
}

extension Trait where Self == OpenSSHTrait {
  /// A private OpenSSH server, found as `OpenSSHServer.current`.
  public static func openSSH(
    hostKeys: [OpenSSHServer.KeyType] = [.ed25519, .ecdsa],
    authenticationMethods: String = "publickey", configuration: [String] = [],
    subsystem: String = "internal-sftp", takesPassword: Bool = false
  ) -> OpenSSHTrait {
    OpenSSHTrait(
      options: OpenSSHServer.Options(
        hostKeys: hostKeys, authenticationMethods: authenticationMethods,
        configuration: configuration, subsystem: subsystem,
        takesPassword: takesPassword))
  }
}
