import ParcelStore

extension StoreReader {
  /// The time since which every source was listed at least once, so that everything older is known: seconds
  /// since 1970; nil if one of them never was.
  public func lookedAt() async throws(StoreError) -> Int64? {
    try await sources().filter(\.isConfigured).lookedAt()
  }
}

extension [KnownSource] {
  /// When the source was listed whose last listing is the oldest. A feed's rows may come from any of them.
  /// - Parameter looked: a source that is being listed `now`.
  func lookedAt(now: Int64? = nil, _ looked: SourceID? = nil) -> Int64? {
    let times = map { $0.id == looked ? now : $0.lastSuccessAt }
    return times.contains(nil) ? nil : times.compactMap(\.self).min()
  }
}
