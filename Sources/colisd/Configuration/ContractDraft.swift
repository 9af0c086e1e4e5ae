import Carrier
import Contract
import Foundation
import Views

/// The values of a contract file that is to be written.
struct ContractDraft {
  enum Value: Equatable {
    case text(String)
    /// A secret that is kept already, and one that a `SecretKeeper` will keep.
    case kept(SecretReference.Source)
    case new
  }

  var id = ""
  var name: String?
  var plan: String?
  var isActive = true
  /// The day on which the advisor was informed.
  var requested: String?
  var silence: String?
  var services: [ServiceKind: [ContractField: Value]] = [:]
  /// The secrets that have to be kept somewhere, in the order in which they came.
  private(set) var newSecrets: [FieldPath] = []

  mutating func set(_ field: ContractField, of kind: ServiceKind, to value: Value) {
    services[kind, default: [:]][field] = value
    if value == .new { newSecrets.append(FieldPath(kind, field)) }
  }

  /// The name of a new secret's file or credential.
  func name(of secret: FieldPath) -> String { "\(id)-\(secret)" }

  /// What the file will say, judged as any contract file is.
  var contract: MerchantContract {
    MerchantContract(
      form: ContractForm(
        id: id, name: name, subscription: .init(plan: plan, active: "\(isActive)"),
        tracking: .init(requested: requested, silence: silence),
        services: services.mapValues { fields in
          ServiceForm(
            fields: fields.mapValues {
              if case .text(let text) = $0 { text } else { ServiceForm.secretGiven }
            })
        }))
  }

  // MARK: What is refused

  /// Why a text can't be an id, which names files and credentials too; nil when it can.
  static func reasonAgainst(id: String) -> String? {
    id.wholeMatch(of: /[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}/) != nil
      ? nil : "the id must be letters, digits, -, _ and ., at most 64 of them, with no . in front"
  }

  /// Why a text can't stand in the file, or be a secret; nil when it can. It says nothing of the text.
  static func reasonAgainst(text: String, atMost longest: Int = 200) -> String? {
    if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "it has a control character"
    }
    return text.unicodeScalars.count > longest ? "it is longer than \(longest) characters" : nil
  }

  static func reasonAgainst(secret: String) -> String? {
    secret.isEmpty ? "it is empty" : reasonAgainst(text: secret, atMost: 1_000)
  }

  /// The id that a name suggests: `Maison Lyon` is `maison-lyon`.
  static func id(from name: String) -> String? {
    let letters = name.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
    let id = letters.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
      .joined(separator: "-").prefix(64)
    return id.isEmpty ? nil : String(id)
  }

  /// What of this contract another one has already, one sentence each.
  func claims(among others: ContractSet) -> [String] {
    contract.services.compactMap { service in
      guard let pair = service.pair else { return nil }
      for other in others.contracts {
        guard let owner = other.services.first(where: { $0.pair == pair }) else { continue }
        return
          "the account \(pair.account) with ID \(pair.accountID) of \(service.kind.rawValue) is "
          + "claimed by \(owner.kind.rawValue) of contract \(other.id) already"
      }
      return nil
    }
  }

  // MARK: What the file says

  /// - Parameter reference: where a new secret of this name is kept.
  func yaml(reference: (_ name: String) -> SecretReference.Source) -> String {
    // Plan, day and time are judged before they are written, so they need no quotes.
    let tracking = [requested.map { "requested: \($0)" }, silence.map { "silence: \($0)" }]
      .compactMap { $0 }.joined(separator: ", ")
    let usual = "requested: yyyy-MM-dd, silence: \(MerchantContract.defaultSilence)h"
    var text = """
      # A contract with Colis Privé. After a change, `colisd contracts check` reads it again;
      # `colisd contracts show \(id)` tells what to do next.
      id: \(yamlScalar(id))
      \(name.map { "name: \(yamlScalar($0))" } ?? "# name: a name for people, if you like")

      # The plan on the shipping platform: lite, growth or premium; free allows no own contract.
      subscription: { plan: \(plan ?? ""), active: \(isActive) }

      # The day on which your Colis Privé sales advisor was informed that the contract is active. Until it
      # is written here, rows of this contract are held; it has to be done again when an account changes.
      # `silence` is how long nothing may come before the feed counts as silent.
      \(tracking.isEmpty ? "# tracking: { \(usual) }" : "tracking: { \(tracking) }")

      """
    for kind in ServiceKind.allCases {
      guard let service = services[kind] else { continue }
      text += "\n# \(kind.title).\n\(kind.rawValue):\n"
      for field in kind.fields {
        let hint = field.hint.map { "   # \($0)" } ?? ""
        switch service[field] {
        case .text(let value)?: text += "  \(field.rawValue): \(yamlScalar(value))\(hint)\n"
        case .kept(let source)?: text += "  \(field.rawValue): \(source.yaml)\n"
        case .new?:
          text += "  \(field.rawValue): \(reference(name(of: FieldPath(kind, field))).yaml)\n"
        case nil where kind.requiredFields.contains(field): break
        case nil: text += "  # \(field.rawValue): { file: … }\(hint)\n"
        }
      }
    }
    return text
  }
}

extension SecretReference.Source {
  /// As files of the configuration write it.
  var yaml: String {
    switch self {
    case .file(let path): "{ file: \(yamlScalar(path)) }"
    case .credential(let name): "{ credential: \(yamlScalar(name)) }"
    case .environment(let name): "{ env: \(yamlScalar(name)) }"
    }
  }
}

extension ServiceKind {
  /// What the service is, for people.
  var title: String {
    switch self {
    case .homeFR: "Home delivery in France"
    case .homeBE: "Home delivery in Belgium"
    case .relay: "Pick-up points (B2C, from France to France)"
    case .returns: "Returns (from France to France)"
    }
  }
}

extension ContractField {
  /// What the field is and where it comes from, for people who fill it in.
  var hint: String? {
    switch self {
    case .username, .password: nil
    case .account: "the category: a letter and a digit, such as E1"
    case .accountID: "such as EM180619"
    case .controlKey:
      "the API key, without which Home Delivery France, Small Pro Relais and Small Pro Domicile cannot ship"
    case .destinationCode: "your Colis Privé account manager gives it"
    }
  }
}
