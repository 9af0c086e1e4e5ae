import Crypto
import Foundation

/// What an endpoint and colisd both know, as Standard Webhooks 1.0 writes it: `whsec_` and 24 to 64 bytes in base64.
///
/// It is never printed: neither a description nor a mirror of it shows anything.
public struct WebhookSecret: Sendable {
  /// As the endpoint's side has it.
  let text: String
  /// The bytes behind `whsec_`.
  let key: SymmetricKey

  /// How many bytes it may have.
  public static let lengths = 24...64
  private static let prefix = "whsec_"

  /// - Throws: what is wrong with it, without showing any of it.
  public init(_ text: String) throws(WebhookSecretFault) {
    if text.unicodeScalars.contains(where: { $0.properties.isWhitespace }) {
      throw .blanks
    }
    guard text.hasPrefix(Self.prefix) else { throw .noPrefix }
    guard let bytes = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))) else {
      throw .notBase64
    }
    guard bytes.count >= Self.lengths.lowerBound else { throw .tooShort(bytes.count) }
    guard bytes.count <= Self.lengths.upperBound else { throw .tooLong(bytes.count) }
    self.text = text
    key = SymmetricKey(data: bytes)
  }
}

extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "a secret" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What is wrong with a secret. It holds nothing of the secret.
public enum WebhookSecretFault: Error, Hashable, Sendable, CustomStringConvertible {
  case blanks, noPrefix, notBase64
  /// So many bytes.
  case tooShort(Int)
  case tooLong(Int)

  public var description: String {
    switch self {
    case .blanks:
      "the secret has a blank or a line end in it; " + Self.advice
    case .noPrefix:
      "the secret does not begin with whsec_; " + Self.advice
    case .notBase64:
      "what the secret has behind whsec_ is no base64 with its padding; " + Self.advice
    case .tooShort(let count):
      "the secret has \(count) bytes behind whsec_, and needs \(Self.range); " + Self.advice
    case .tooLong(let count):
      "the secret has \(count) bytes behind whsec_, and may have \(Self.range); " + Self.advice
    }
  }

  private static var range: String {
    "\(WebhookSecret.lengths.lowerBound) to \(WebhookSecret.lengths.upperBound)"
  }

  private static let advice =
    "make one with: printf 'whsec_%s' \"$(openssl rand -base64 32)\""
}
