/// The fields of one service as they were written.
public struct ServiceForm: Sendable {
  /// The texts given; a secret stands here as `secretGiven`, never as itself.
  public let fields: [ContractField: String]

  /// What stands for a secret that was given.
  public static let secretGiven = "(given)"

  /// - Parameter fields: an empty text counts as not given; of a secret any text only says that it
  ///   was given, and is not kept.
  public init(fields: [ContractField: String]) {
    var kept: [ContractField: String] = [:]
    for (field, text) in fields where !text.isEmpty {
      kept[field] = field.isSecret ? Self.secretGiven : text
    }
    self.fields = kept
  }

  public subscript(field: ContractField) -> String? { fields[field] }
}
