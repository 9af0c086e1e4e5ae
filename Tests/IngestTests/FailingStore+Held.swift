import Carrier
import Contract
import ParcelStore
import Synchronization

/// Held rows, as long as its process lives.
extension FailingStore {
  func setReason(_ reason: HoldReason, for account: AccountPair) async throws(StoreError) {
    try await write { () async throws(StoreError) in
      try await store.setReason(reason, for: account)
    }
  }

  func beginLook(at account: AccountPair) async throws(StoreError) -> HeldCursor? {
    try await write { () async throws(StoreError) in try await store.beginLook(at: account) }
  }

  func endLook(at account: AccountPair) async throws(StoreError) {
    try await write { () async throws(StoreError) in try await store.endLook(at: account) }
  }

  func discardHeld(_ selection: HeldSelection) async throws(StoreError) -> Int {
    try await write { () async throws(StoreError) in try await store.discardHeld(selection) }
  }

  func heldAccounts() async throws(StoreError) -> [HeldAccount] {
    let accounts = try await store.heldAccounts()
    onHeldAccounts()
    return accounts
  }

  func held() async throws(StoreError) -> [HeldSummary] { try await store.held() }

  func skipped() async throws(StoreError) -> [SkippedSummary] { try await store.skipped() }

  func heldRows(of account: AccountPair) async throws(StoreError) -> Int {
    try await store.heldRows(of: account)
  }

  func heldRun(
    of account: AccountPair, after cursor: HeldCursor, limit: Int
  ) async throws(StoreError) -> HeldRun? {
    let run = try await store.heldRun(of: account, after: cursor, limit: limit)
    state.withLock { $0.heldRowsRead += run?.rows.count ?? 0 }
    return run
  }
}
