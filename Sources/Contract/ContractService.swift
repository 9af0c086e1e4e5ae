import Carrier

/// One service of a contract, as far as its fields can be read.
public struct ContractService: Sendable {
  public let kind: ServiceKind
  public let username: String?
  /// The account and its ID as the contract writes them; nil where they are missing.
  public let account: String?
  public let accountID: String?
  /// What rows of this service carry; nil where the two texts can't be such a pair.
  ///
  /// A malformed account is still known here, so that its rows are held under their contract.
  public let pair: AccountPair?
  /// Required fields that are not given.
  public let missing: [ContractField]
  public let hasControlKey: Bool
  public let methods: [ShippingMethod]
  /// What looks odd but is no mistake.
  let notes: [ContractProblem]
  /// Another contract's claim of the same pair, in a sentence; as long as there is one, the rows of the
  /// pair are held.
  public internal(set) var conflict: String?

  /// Judges a form, and adds its mistakes to `problems`.
  /// - Parameter isRefused: whether a field was refused while the file was read.
  init(
    kind: ServiceKind, form: ServiceForm, isRefused: (FieldPath) -> Bool,
    problems: inout [ContractProblem]
  ) {
    self.kind = kind
    username = form[.username]
    account = form[.account]
    accountID = form[.accountID]
    hasControlKey = form[.controlKey] != nil
    pair =
      if let account, let accountID {
        AccountPair(account: account, accountID: accountID)
      } else {
        nil
      }

    var missing: [ContractField] = []
    var unusable: [ContractField] = []
    for field in kind.requiredFields {
      let path = FieldPath(kind, field)
      guard let text = form[field] else {
        missing.append(field)
        unusable.append(field)
        if !isRefused(path) { problems.append(.missing(path, field)) }
        continue
      }
      guard !field.accepts(text) else { continue }
      unusable.append(field)
      problems.append(.malformed(path, text, field.form))
    }
    for field in ContractField.allCases where form[field] != nil && !kind.fields.contains(field) {
      problems.append(.foreign(FieldPath(kind, field), kind))
    }
    self.missing = missing
    notes = kind.fields.compactMap { field in
      guard let text = form[field], field.isOdd(text) else { return nil }
      return .odd(FieldPath(kind, field), text)
    }
    methods = kind.methods(missing: unusable, hasControlKey: hasControlKey)
  }
}

extension ContractProblem {
  fileprivate static func missing(_ path: FieldPath, _ field: ContractField) -> Self {
    Self(
      path: path, kind: .missing,
      message: "\(path) is missing: add it (\(field.meaning)), or leave the whole service out")
  }

  static func malformed(_ path: FieldPath, _ text: String, _ form: String) -> Self {
    Self(path: path, kind: .malformed, message: "\(path) is \"\(text)\", but it \(form)")
  }

  fileprivate static func odd(_ path: FieldPath, _ text: String) -> Self {
    Self(
      path: path, kind: .odd,
      message: "\(path) is \"\(text)\", unlike IDs such as EM180619: compare it with the "
        + "carrier's letter, and leave it if it stands there like this")
  }

  fileprivate static func foreign(_ path: FieldPath, _ kind: ServiceKind) -> Self {
    Self(
      path: path, kind: .malformed,
      message: "\(path) is no field of \(kind.rawValue): remove it")
  }
}
