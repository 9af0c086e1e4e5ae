import Crypto
import FoundationEssentials

/// The public key with which a server proves its identity.
public struct HostKey: Sendable, Hashable {
  /// The algorithm that the key itself names: `ssh-ed25519`.
  public let algorithm: String
  /// The key as SSH sends it (RFC 4253, section 6.6).
  public let blob: [UInt8]

  /// Nil where the bytes do not begin with the name of an algorithm.
  public init?(blob: [UInt8]) {
    guard blob.count > 4 else { return nil }
    let length = blob[..<4].reduce(0) { $0 << 8 | Int($1) }
    guard length > 0, length <= blob.count - 4, length <= 64 else { return nil }
    let name = blob[4..<4 + length]
    guard name.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
    self.algorithm = String(decoding: name, as: UTF8.self)
    self.blob = blob
  }

  /// `SHA256:` and base64 without padding, as `ssh-keygen -l` prints it.
  public var fingerprint: String { "SHA256:" + Self.unpadded(digest) }

  var digest: [UInt8] { Array(SHA256.hash(data: blob)) }

  static func unpadded(_ bytes: [UInt8]) -> String {
    let text = Data(bytes).base64EncodedString()
    return String(text.prefix { $0 != "=" })
  }

  /// Base64 with its padding or without.
  static func decode(base64 text: some StringProtocol) -> [UInt8]? {
    let bare = text.prefix { $0 != "=" }
    guard text.utf8.count - bare.utf8.count <= 2 else { return nil }
    let padding = String(repeating: "=", count: (4 - bare.utf8.count % 4) % 4)
    return Data(base64Encoded: bare + padding).map { Array($0) }
  }
}
