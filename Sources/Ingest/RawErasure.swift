import Carrier
import ParcelStore
import TrackingFile

/// Takes the rows of a parcel out of all copies of files: also out of those of files that failed, that brought only held
/// rows, or rows that were known already.
///
/// A row that is being received at the same moment does not slip through:
/// - A row that is committed after the erasure was noted in the store is none of this type's work: the commit leaves its
///   data out, and notes the line, which is taken out of the copy once the file is read.
/// - A row that was committed before may stand in a copy that is not whole yet, and its bytes may even be in no piece
///   yet, as they are packed by 256 KiB. But the store knows of the copy, which begins with the file's first part. So
///   every copy that is begun and not whole is removed, and what its file still brings of it is not kept. That file has
///   no copy then; if it is read again from its start, its rows are of the first kind.
public struct RawErasure: Sendable {
  private let store: any EventStore
  private let observer: any IngestObserver
  private let redaction: RawRedaction

  /// How many copies are listed at once.
  private static let page = 256

  /// - Parameters:
  ///   - layouts: those by which files are read; see `RawRedaction`.
  ///   - now: seconds since 1970.
  public init(
    _ store: any EventStore, layouts: [Layout], observer: any IngestObserver,
    now: @escaping @Sendable () -> Int64
  ) {
    self.store = store
    self.observer = observer
    redaction = RawRedaction(store, layouts: layouts, now: now)
  }

  /// Looks through all copies, in flat memory and short transactions. After a kill it may be run again: what is done
  /// is not found any more.
  /// - Parameters:
  ///   - account: nil: rows of any account.
  ///   - instant: rows that happened later are about another parcel, as numbers come again: seconds since 1970.
  public func run(
    _ number: ParcelNumber, of account: AccountPair?, upTo instant: Int64
  ) async throws -> RawErasureSummary {
    let rows = ErasedRows(number: number, account: account, upTo: instant)
    let total = try await store.rawCopies(keptBefore: nil)
    var summary = RawErasureSummary()
    var progress = IngestProgress()
    progress.files = total.copies
    progress.bytes = total.packed
    var last: FileID?
    while true {
      let page = try await store.rawCopies(before: last, limit: Self.page)
      for kept in page {
        try Task.checkCancellation()
        last = kept.copy.file
        summary.add(try await redaction.run(kept.copy.file, without: rows), kept.path)
        progress.filesDone = min(progress.files, progress.filesDone + 1)
        progress.bytesDone = min(total.packed, progress.bytesDone + kept.copy.packed)
        observer.progress(progress)
      }
      if page.isEmpty { return summary }
    }
  }
}
