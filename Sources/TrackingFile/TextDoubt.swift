/// What may be wrong with the texts of a file, although they can be read.
public enum TextDoubt: Sendable, Hashable, CaseIterable {
  /// Its letters with accents stand where code page 850 has them.
  case codePage850
  /// It is UTF-8 that was taken for Windows-1252 and turned into UTF-8 once more: `livrÃ©` for `livré`.
  case encodedTwice
}

extension TextDoubt: CustomStringConvertible {
  /// As a sentence with what to do.
  public var description: String {
    switch self {
    case .codePage850:
      "its letters with accents look like code page 850 of DOS: if labels come out wrong, "
        + "write encoding: cp850 into a layout of your own"
    case .encodedTwice:
      "its letters with accents look like UTF-8 that was encoded twice (Ã© for é): "
        + "they are stored as they stand; ask who writes the file to mend it"
    }
  }
}
