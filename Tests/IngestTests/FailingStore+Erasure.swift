import Carrier
import ParcelStore

/// Erasures, as long as its process lives.
extension FailingStore {
  func erase(
    _ number: ParcelNumber, of account: AccountPair?, at instant: Int64
  ) async throws(StoreError) -> Erasure {
    try await write { () async throws(StoreError) in
      try await store.erase(number, of: account, at: instant)
    }
  }

  func eraseLines(
    of erasure: Erasure, after cursor: ErasureCursor, limit: Int
  ) async throws(StoreError) -> ErasureStep? {
    try await write { () async throws(StoreError) in
      try await store.eraseLines(of: erasure, after: cursor, limit: min(limit, mostParcels))
    }
  }

  func finish(_ erasure: Erasure) async throws(StoreError) {
    try await write { () async throws(StoreError) in try await store.finish(erasure) }
  }

  func forget(_ lines: ErasedLines) async throws(StoreError) {
    try await write { () async throws(StoreError) in try await store.forget(lines) }
  }

  func rewriteErased() async throws(StoreError) -> RewriteOutcome {
    try await write { () async throws(StoreError) in try await store.rewriteErased() }
  }

  func unfinishedErasures() async throws(StoreError) -> [Erasure] {
    try await store.unfinishedErasures()
  }

  func erasedLines(after file: FileID?) async throws(StoreError) -> ErasedLines? {
    try await store.erasedLines(after: file)
  }

  func erasureDebt() async throws(StoreError) -> ErasureDebt { try await store.erasureDebt() }
}
