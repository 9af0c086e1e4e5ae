/// One entry of the journal that followers read.
public enum JournalEntry: Sendable {
  case event(StoredEvent)
  case correction(StatusCorrection)

  public var seq: Int64 {
    switch self {
    case .event(let event): event.seq
    case .correction(let correction): correction.seq
    }
  }
}
