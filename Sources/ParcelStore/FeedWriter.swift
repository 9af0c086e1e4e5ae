import Carrier
import Contract

/// What is written about contracts and their feeds.
public protocol FeedWriter: Sendable {
  /// Forgets the days before one, of which nothing is learnt any more.
  func forgetDays(before day: CalendarDay) async throws(StoreError)

  /// Writes down what a look at the contracts found: new names, changes, and which pairs they name now.
  func record(_ notes: FeedNotes) async throws(StoreError)
}
