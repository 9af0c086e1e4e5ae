/// What every store promises, whatever it is made of. One suite of tests holds them all to it.
///
/// - **Appending again changes nothing.** An event is what the carrier said: account pair, parcel,
///   time (a day and its midnight are two), code (the label where there is no code) and site. A second
///   row with the same is counted as repeated, even within one group.
/// - **A commit is whole or not there**: events, current statuses, held rows, rejects, the ledger
///   and the followers' `seq` change together, and are on disk when `commit` returns.
/// - **`seq` is strictly increasing** in the order of commits, and an event keeps its own for ever. It comes
///   from a counter of the store: when the newest events are deleted, their numbers do not come again.
/// - **What is pruned leaves its numbers**: a follower that has not seen it gets the range once, and goes on.
/// - **What is erased stays erased**: rows of an earlier time that come again, by whatever way, bring no data of the
///   recipient back, and their events still count.
/// - **An incarnation belongs to one store**: a copy has another one, so that a follower's position
///   in the one is not taken for one in the other.
/// - **Counts are kept**: asking for them takes no longer in a large store.
/// - **Counts add up**: a file's rows = new + repeated + held + rejected + skipped, also when it was
///   read twice because of a crash.
/// - **Nothing is lost silently**: rows that may not come in are held, raw and in order; lines that
///   can't be read are kept with line number and reason.
/// - **A held row comes in once.** It becomes an event in the transaction that takes it out of the
///   held rows, with the file and line that it came from; the file's counts move with it. A row
///   that another process has released or discarded since it was read is left out.
/// - **Several may write at once.** Each takes turns with the others. Of two that read the same file at
///   the same time only the first is taken, so that its rows count once.
///
/// Whoever only asks takes a `StoreReader`, so that it can't write.
public protocol EventStore: StoreReader, StoreWriter {
  /// How this process shares the work with others; nil: only one polls, or this one does not.
  var team: (any WorkerTeam)? { get }
}

extension EventStore {
  public var team: (any WorkerTeam)? { nil }
}
