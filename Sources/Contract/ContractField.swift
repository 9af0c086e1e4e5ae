import Carrier

/// A field of a service, under the name that contract files give it.
public enum ContractField: String, CaseIterable, Sendable {
  case username, password, account
  case accountID = "account-id"
  /// The carrier's API key (*clé de contrôle*).
  case controlKey = "control-key"
  case destinationCode = "destination-code"

  /// Whether the value is a secret: a form only knows that it was given.
  public var isSecret: Bool { self == .password || self == .controlKey }

  /// What the field is, for people who look for it in the carrier's letters.
  var meaning: String {
    switch self {
    case .username: "the user name of the service"
    case .password: "a reference to its password"
    case .account: "the category of the account, a letter and a digit such as E1"
    case .accountID: "the ID of the account, such as EM180619"
    case .controlKey: "a reference to the control key"
    case .destinationCode: "the destination code of the returns, from your account manager"
    }
  }

  /// Whether the carrier can have issued this text; only what surely is wrong is refused.
  public func accepts(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    switch self {
    case .account:
      return bytes.count == 2 && bytes[0].isASCIILetter && bytes[1].isASCIIDigit
    case .accountID:
      return (1...16).contains(bytes.count)
        && bytes.allSatisfy {
          $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
    case .username, .password, .controlKey, .destinationCode:
      return true
    }
  }

  /// Whether a text that is accepted looks unlike those of the carrier that are known. Their form is
  /// not public, so this is worth a second look and no more.
  func isOdd(_ text: String) -> Bool {
    guard self == .accountID, accepts(text) else { return false }
    let bytes = Array(text.utf8)
    return bytes.count < 4 || !bytes.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit }
      || !bytes.contains { $0.isASCIIDigit }
  }

  /// What a text must be that `accepts` refuses.
  public var form: String {
    switch self {
    case .account: "must be a letter and a digit, such as E1"
    case .accountID: "must be 1 to 16 letters, digits, - or _, such as EM180619"
    case .username, .password, .controlKey, .destinationCode: "must not be empty"
    }
  }
}
