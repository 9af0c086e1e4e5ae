import Foundation

/// A certificate for a server on loopback, `localhost` and `127.0.0.1`, and the authority that issued it: files.
public final class TestCertificate: Sendable {
  public enum Kind: String, Sendable {
    case good
    /// Since a month.
    case expired
    /// For another host.
    case otherName
  }

  private let directory: TemporaryDirectory

  /// What a client trusts.
  public var authority: String { directory.file("authority.pem") }
  public var certificate: String { directory.file("certificate.pem") }
  public var key: String { directory.file("key.pem") }

  private init(_ directory: TemporaryDirectory) { self.directory = directory }

  private static let script = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "make_certificate.py").path

  public static func make(_ kind: Kind = .good) async throws -> TestCertificate {
    let directory = try TemporaryDirectory()
    let made = try await run(
      "/usr/bin/python3", arguments: [script, directory.path, kind.rawValue])
    guard made.status == 0 else {
      throw TestSupportError("cannot make a certificate: \(made.standardError)")
    }
    return TestCertificate(directory)
  }
}
