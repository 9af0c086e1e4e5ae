/// One entry of the journal that followers read.
public enum JournalEntry: Sendable {
  case event(StoredEvent)
  case correction(StatusCorrection)
  case erasure(Erasure)
  /// Entries that a follower has not seen and that are no more.
  case pruned(PrunedRange)

  /// Whoever has it goes on after this number; of entries that are no more, the last one's.
  public var seq: Int64 {
    switch self {
    case .event(let event): event.seq
    case .correction(let correction): correction.seq
    case .erasure(let erasure): erasure.seq
    case .pruned(let range): range.last
    }
  }
}
