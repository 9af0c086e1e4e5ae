import Carrier
import ParcelStore

/// The journal of events, as long as its process lives.
extension FailingStore {
  func erasures(
    in range: ClosedRange<Int64>, limit: Int
  ) async throws(StoreError) -> [Erasure] {
    try await store.erasures(in: range, limit: limit)
  }

  func seqs(
    of numbers: Set<ParcelNumber>
  ) async throws(StoreError) -> [ParcelNumber: [Int64]] {
    try await store.seqs(of: numbers)
  }

  func journal(
    after seq: Int64, limit: Int
  ) async throws(StoreError) -> [JournalEntry] {
    try await store.journal(after: seq, limit: limit)
  }

  func events(
    _ filter: EventFilter, after seq: Int64, limit: Int
  ) async throws(StoreError) -> EventPage {
    try await store.events(filter, after: seq, limit: limit)
  }

  func corrections(
    _ filter: EventFilter, in range: ClosedRange<Int64>, limit: Int
  ) async throws(StoreError) -> (corrections: [StatusCorrection], reached: Int64) {
    try await store.corrections(filter, in: range, limit: limit)
  }

  func sites(limit: Int) async throws(StoreError) -> [String] {
    try await store.sites(limit: limit)
  }

  func lastSeq() async throws(StoreError) -> Int64 { try await store.lastSeq() }

  func waitForEntries(after seq: Int64) async throws { try await store.waitForEntries(after: seq) }

  func events(after seq: Int64, limit: Int) async throws(StoreError) -> [StoredEvent] {
    try await store.events(after: seq, limit: limit)
  }
}
