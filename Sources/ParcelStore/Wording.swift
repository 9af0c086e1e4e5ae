/// A distinct pair of status code and label, as files give it.
public struct Wording: Hashable, Sendable {
  public var code: String?
  public var label: String?

  public init(code: String?, label: String?) {
    self.code = code
    self.label = label
  }

  /// The code as it identifies an event: letter case folded, as status maps do.
  package var foldedCode: String? { code?.lowercased() }
}
