/// Why an archive can't be read, or not to its end. Members before the failure may still be good.
public enum ArchiveFailure: Error, Hashable, Sendable {
  /// What is wrong with its bytes.
  case damaged(String)
  /// It ends too early; it may still be being written.
  case incomplete(String)
  /// It can be unpacked and must not be: the reason, and what to do.
  case refused(String)
}

extension ArchiveFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .damaged(let reason): "damaged ZIP archive: \(reason)"
    case .incomplete(let reason): "not complete yet: \(reason)"
    case .refused(let reason): "refused ZIP archive: \(reason)"
    }
  }
}
