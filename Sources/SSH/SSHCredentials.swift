/// The key or the passwords to log in with.
///
/// The login tries what is given in this order: the private key, the password, and the password
/// again through keyboard-interactive where a server takes it only that way. Neither the
/// passphrase nor the password appears in a description, a dump or an error.
public struct SSHCredentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The private key's file, in OpenSSH's or in PEM form; the public half is derived from it.
  public var privateKeyPath: String?
  /// Opens the private key where it is encrypted.
  public var passphrase: String?
  public var password: String?

  public init(
    privateKeyPath: String? = nil, passphrase: String? = nil, password: String? = nil
  ) {
    self.privateKeyPath = privateKeyPath
    self.passphrase = passphrase
    self.password = password
  }

  public var description: String {
    var parts: [String] = []
    if let privateKeyPath { parts.append("private key \(privateKeyPath)") }
    if passphrase != nil { parts.append("passphrase (hidden)") }
    if password != nil { parts.append("password (hidden)") }
    return parts.isEmpty ? "no credentials" : parts.joined(separator: ", ")
  }

  public var debugDescription: String { description }

  public var customMirror: Mirror {
    Mirror(self, children: ["privateKeyPath": privateKeyPath as Any])
  }
}
