/// Why a file can't be read, or not to its end. Rows before the failure are still good.
public enum FileFailure: Error, Hashable, Sendable {
  /// It is no tracking file: the reason, in words.
  case notATrackingFile(String)
  /// Its gzip data are damaged; the text is zlib's.
  case corruptGzip(String)
  /// It is, or is in, an archive that can't be read: the reason, in words.
  case badArchive(String)
  /// It ends too early. It may still be being written, so it is tried again later.
  case incomplete(String)
  /// Its trailer has another number of lines than the file.
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
    case .badArchive(let reason): reason
    case .incomplete(let reason): "not complete yet: \(reason)"
    case .trailerMismatch(let declared, let read):
      "the trailer declares \(declared) lines, but \(read) were read"
    }
  }
}
