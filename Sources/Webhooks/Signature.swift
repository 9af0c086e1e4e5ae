import Crypto
import Foundation
import ParcelStore

/// How a request shows that it comes from here. Each try is signed anew, over the bytes of the body as they are sent.
public struct Signature: Sendable {
  /// The headers that carry it, with names in small letters.
  public let headers: [(name: String, value: String)]

  /// By [Standard Webhooks 1.0](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
  /// - Parameter timestamp: of the try: seconds since 1970.
  public init(
    _ id: MessageID, at timestamp: Int64, of body: [UInt8], by secrets: [WebhookSecret]
  ) {
    let signatures = secrets.map { Self.standard(id.description, timestamp, body, $0) }
    headers = [
      ("webhook-id", id.description), ("webhook-timestamp", String(timestamp)),
      ("webhook-signature", signatures.joined(separator: " ")),
    ]
  }

  /// The same, and in Sendcloud's form.
  ///
  /// [Sendcloud](https://sendcloud.dev/api/v2/webhooks) takes the text of its key as the key, so it is the secret's whole
  /// text here, with `whsec_`: what somebody pastes into the field of a plug-in. There is one signature only, so of two
  /// secrets the first one makes it.
  public init(
    sendcloud id: MessageID, at timestamp: Int64, of body: [UInt8], by secrets: [WebhookSecret]
  ) {
    let standard = Signature(id, at: timestamp, of: body, by: secrets)
    guard let secret = secrets.first else {
      headers = standard.headers
      return
    }
    let code = Self.sendcloud(body, key: secret.text)
    headers = standard.headers + [(name: "sendcloud-signature", value: code)]
  }

  /// `v1,` and the code in base64.
  package static func standard(
    _ id: String, _ timestamp: Int64, _ body: [UInt8], _ secret: WebhookSecret
  ) -> String {
    var code = HMAC<SHA256>(key: secret.key)
    code.update(data: Array("\(id).\(timestamp).".utf8))
    code.update(data: body)
    return "v1," + Data(code.finalize()).base64EncodedString()
  }

  package static func sendcloud(_ body: [UInt8], key: String) -> String {
    let key = SymmetricKey(data: Array(key.utf8))
    return hexadecimal(HMAC<SHA256>.authenticationCode(for: body, using: key))
  }
}

extension Endpoint {
  /// The signature of a try in the form that the endpoint reads.
  public func signature(_ id: MessageID, at timestamp: Int64, of body: [UInt8]) -> Signature {
    switch format {
    case .event, .template: Signature(id, at: timestamp, of: body, by: secrets)
    case .sendcloud: Signature(sendcloud: id, at: timestamp, of: body, by: secrets)
    }
  }
}
