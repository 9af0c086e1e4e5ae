/// How the bytes of a file end.
public enum InputEnding: Hashable, Sendable {
  /// The file is complete: a last line without a line end counts, too.
  case whole
  /// The file may still be being written. So a last line without a line end, or a record with an open quote,
  /// is not read. Blanks and a trailer at the end are read: they can't be cut off.
  case mayBeCut
  /// Bytes are missing for this reason. The reader gives the rows before, and then throws the failure.
  case brokenOff(FileFailure)

  var isBrokenOff: Bool { if case .brokenOff = self { true } else { false } }
}
