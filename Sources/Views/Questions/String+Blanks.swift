extension String {
  /// What somebody typed or copied, without the blanks and line ends around it.
  public var withoutBlanksAround: String {
    guard let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(self[...last].drop(while: \.isWhitespace))
  }

  /// Without any blank.
  var withoutBlanks: String { filter { !$0.isWhitespace } }
}
