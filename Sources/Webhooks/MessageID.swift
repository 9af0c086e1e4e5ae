import Crypto
import ParcelStore

/// What tells one delivery from another: the header `webhook-id`. It is the same at each try, also after a restart or by
/// another worker, so an endpoint knows what it has already.
///
/// It is a digest: it has only letters and digits, and tells an endpoint nothing about the store or other endpoints.
public struct MessageID: Hashable, Sendable, CustomStringConvertible {
  public let description: String

  /// - Parameters:
  ///   - seq: of the entry of the journal.
  ///   - store: the incarnation whose `seq` that is: a copy gives the same numbers to other entries.
  public init(endpoint: String, store: Incarnation, seq: Int64) {
    // Neither a number nor an incarnation has a blank, so no two of the three can be taken for others.
    let text = "\(seq) \(store) \(endpoint)"
    let digest = SHA256.hash(data: Array(text.utf8))
    description = "msg_" + hexadecimal(digest.prefix(16))
  }

  /// Of a request that only tries the way out.
  public static func ofTest() -> MessageID {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return MessageID(text: "test_" + String(repeating: "0", count: 16 - digits.count) + digits)
  }

  private init(text: String) { description = text }
}
