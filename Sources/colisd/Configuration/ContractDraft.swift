import Contract
import Foundation

/// The values of a contract file that is to be written.
struct ContractDraft {
  enum Secret: Hashable {
    /// Written as it is.
    case reference(SecretReference.Source)
    /// Not kept anywhere yet; a `SecretKeeper` will.
    case new
  }

  struct Service {
    var texts: [ContractField: String] = [:]
    var secrets: [ContractField: Secret] = [:]
  }

  var id = ""
  var name: String?
  var plan: String?
  var isActive = true
  /// The day on which the advisor was informed.
  var requested: String?
  var silence: String?
  var services: [ServiceKind: Service] = [:]

  /// A secret that has to be kept somewhere.
  struct NewSecret: Hashable {
    var kind: ServiceKind
    var field: ContractField

    /// As messages name it: `home-fr.password`.
    var key: String { FieldPath(kind, field).description }
    /// The name of its file or credential.
    func name(in contract: String) -> String { "\(contract)-\(key)" }
  }

  /// In the order of the file.
  var newSecrets: [NewSecret] {
    ServiceKind.allCases.flatMap { kind in
      kind.fields.filter { services[kind]?.secrets[$0] == .new }
        .map { NewSecret(kind: kind, field: $0) }
    }
  }

  /// What the file will say, judged as any contract file is.
  var contract: MerchantContract {
    MerchantContract(
      form: ContractForm(
        id: id, name: name, subscription: .init(plan: plan, active: "\(isActive)"),
        tracking: .init(requested: requested, silence: silence),
        services: services.mapValues { service in
          let secrets = service.secrets.mapValues { _ in ServiceForm.secretGiven }
          return ServiceForm(fields: service.texts.merging(secrets) { text, _ in text })
        }))
  }

  // MARK: What is refused

  /// Why a text can't be an id, which names files and credentials too; nil when it can.
  static func reasonAgainst(id: String) -> String? {
    let others = id.unicodeScalars.filter {
      !($0.isASCII && $0.properties.isAlphabetic) && !("0"..."9").contains($0)
        && !["-", "_", "."].contains($0)
    }
    guard !id.isEmpty, others.isEmpty, !id.hasPrefix("."), id.utf8.count <= 64 else {
      return "the id must be letters, digits, -, _ and ., at most 64 of them, with no . in front"
    }
    return nil
  }

  /// Why a text can't stand in the file; nil when it can.
  static func reasonAgainst(text: String) -> String? {
    if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "it has a control character"
    }
    return text.unicodeScalars.count > 200 ? "it is longer than 200 characters" : nil
  }

  /// Why a text can't be a secret; nil when it can. It says nothing of the text.
  static func reasonAgainst(secret: String) -> String? {
    if secret.isEmpty { return "it is empty" }
    if secret.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "it has a control character"
    }
    // systemd-creds reads it from a pipe.
    return secret.utf8.count > SystemdCreds.longestSecret ? "it is too long" : nil
  }

  /// The id that a name suggests: `Maison Lyon` is `maison-lyon`.
  static func id(from name: String) -> String? {
    let letters = name.decomposedStringWithCanonicalMapping.lowercased().unicodeScalars
      // Accents stand behind their letters, and leave nothing.
      .filter { $0.properties.generalCategory != .nonspacingMark }
      .map {
        $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
          ? String($0) : " "
      }
    let id = letters.joined().split(separator: " ").joined(separator: "-").prefix(64)
    return id.isEmpty ? nil : String(id)
  }

  // MARK: What the file says

  /// The text of the file.
  /// - Parameter reference: where a new secret of this name is kept.
  func yaml(reference: (_ name: String) -> SecretReference.Source) -> String {
    var text = """
      # A contract with Colis Privé. After a change, `colisd contracts check` reads it again;
      # `colisd contracts show \(id)` tells what to do next.
      id: \(Self.scalar(id))

      """
    text += name.map { "name: \(Self.scalar($0))\n" } ?? "# name: a name for people, if you like\n"
    text += """

      # The plan on the shipping platform: lite, growth or premium; free allows no own contract.
      subscription: { plan: \(plan ?? ""), active: \(isActive) }

      # The day on which your Colis Privé sales advisor was informed that the contract is active. Until it
      # is written here, rows of this contract are held; it has to be done again when an account changes.
      # `silence` is how long nothing may come before the feed counts as silent.

      """
    // These three are judged before they are written, so nothing of them needs quotes.
    let day = requested.map { "requested: \($0)" }
    let hours = silence.map { "silence: \($0)" }
    let given = [day, hours].compactMap { $0 }
    let usual = "\(MerchantContract.defaultSilence)h"
    if given.isEmpty {
      text += "# tracking: { requested: yyyy-MM-dd, silence: \(usual) }\n"
    } else {
      let hint = day == nil ? "   # add requested: yyyy-MM-dd" : ""
      text += "tracking: { \(given.joined(separator: ", ")) }\(hint)\n"
    }
    for kind in ServiceKind.allCases {
      guard let service = services[kind] else { continue }
      text += "\n# \(kind.title).\n\(kind.rawValue):\n"
      for field in kind.fields { text += line(kind, field, service, reference) }
    }
    return text
  }

  private func line(
    _ kind: ServiceKind, _ field: ContractField, _ service: Service,
    _ reference: (String) -> SecretReference.Source
  ) -> String {
    let value: String? =
      switch service.secrets[field] {
      case .reference(let source)?: source.yaml
      case .new?: reference(NewSecret(kind: kind, field: field).name(in: id)).yaml
      case nil: service.texts[field].map(Self.scalar)
      }
    let hint = field.hint.map { "   # \($0)\n" } ?? "\n"
    guard let value else {
      let isOptional = !kind.requiredFields.contains(field)
      return isOptional
        ? "  # \(field.rawValue): \(SecretReference.Source.file("…").yaml)\(hint)" : ""
    }
    let start = "  \(field.rawValue): \(value)"
    guard !field.isSecret, field.hint != nil else { return start + "\n" }
    return start.padding(toLength: max(start.count, 30), withPad: " ", startingAt: 0) + hint
  }

  /// A text as YAML reads it back, whatever reads it: what could be a number, a day or a truth value is
  /// quoted, and so is whatever is more than a word or a few.
  fileprivate static func scalar(_ text: String) -> String {
    let isPlain =
      text.first?.isLetter == true && !text.hasSuffix(" ") && !text.contains("  ")
      && text.allSatisfy { $0.isLetter || $0.isASCII && $0.isNumber || "_.- /".contains($0) }
      && !reserved.contains(text.lowercased())
    return isPlain ? text : quoted(text)
  }

  fileprivate static let reserved: Set = [
    "true", "false", "yes", "no", "on", "off", "null", "y", "n",
  ]

  fileprivate static func quoted(_ text: String) -> String {
    "\""
      + text.unicodeScalars.map { scalar in
        switch scalar {
        case "\"", "\\": return "\\\(scalar)"
        default: break
        }
        switch scalar.properties.generalCategory {
        // Such as YAML does not allow, and such as nobody sees.
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
          let digits = String(scalar.value, radix: 16, uppercase: true)
          return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
        default: return String(scalar)
        }
      }.joined() + "\""
  }
}

extension SecretReference.Source {
  /// As a contract writes it.
  fileprivate var yaml: String {
    let (key, text) =
      switch self {
      case .file(let path): ("file", path)
      case .credential(let name): ("credential", name)
      case .environment(let name): ("env", name)
      }
    let isPlain =
      text == "…"
      || text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "/"),
          UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      } && text.contains { $0.isLetter } && !text.hasPrefix("-")
        && text.first?.isNumber == false && !ContractDraft.reserved.contains(text.lowercased())
    return "{ \(key): \(isPlain ? text : ContractDraft.quoted(text)) }"
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
