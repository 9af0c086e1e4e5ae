/// How the bytes of a file end.
public enum InputEnding: Hashable, Sendable {
  /// The file is all there: a last line counts, also without its line end.
  case whole
  /// Its writer may not be done: what may be cut off stays unread, which is a last line without its line
  /// end, or a record with a quote still open. A blank rest and a closing line are not cut.
  case mayBeCut
  /// Bytes are missing, and this says why. The rows before come out, and then this failure.
  case brokenOff(FileFailure)

  var isBrokenOff: Bool { if case .brokenOff = self { true } else { false } }
}
