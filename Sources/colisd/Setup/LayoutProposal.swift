/// A layout that was guessed from a file's first bytes.
struct LayoutProposal: Sendable {
  /// The text of a layout file, with comments.
  var yaml: String
  /// What is not certain, one sentence each.
  var doubts: [String]

  /// The place where the guess of a layout is put in; until then there is none, and only the built-in layout
  /// is tried.
  /// - Returns: nil: no layout can be guessed.
  static func guess(_ beginning: FileBeginning) -> LayoutProposal? { nil }
}
