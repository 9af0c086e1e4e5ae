/// Why a file as a whole can't be read (any further), beside the lines that could be.
public enum FileFailure: Error, Hashable, Sendable {
  /// It is no tracking file: the reason, in words.
  case notATrackingFile(String)
  /// Its gzip stream is damaged: zlib's words.
  case corruptGzip(String)
  /// It ends before its end: it may still be being written, so it is worth another look later.
  case incomplete(String)
  /// Its trailer declares another number of lines than it has.
  case trailerMismatch(declared: Int, read: Int)

  /// Whether the file may become readable by itself.
  public var mayHeal: Bool {
    if case .incomplete = self { true } else { false }
  }
}

extension FileFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notATrackingFile(let reason): "not a tracking file: \(reason)"
    case .corruptGzip(let reason): "damaged gzip data: \(reason)"
    case .incomplete(let reason): "not complete yet: \(reason)"
    case .trailerMismatch(let declared, let read):
      "the trailer declares \(declared) lines, but \(read) were read"
    }
  }
}
