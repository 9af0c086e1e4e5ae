import Carrier
import Contract

/// Writes about contracts and their feeds.
public protocol FeedWriter: Sendable {
  /// Deletes the days before one: feeds' rhythms are not learnt from them any more.
  func forgetDays(before day: CalendarDay) async throws(StoreError)

  /// Records what a comparison of the contracts found: new names, changes, and which pairs they
  /// name now. May be called again.
  func record(_ notes: FeedNotes) async throws(StoreError)
}
