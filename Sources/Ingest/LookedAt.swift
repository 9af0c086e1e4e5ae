import ParcelStore

extension StoreReader {
  /// Up to when all that came is known, as every source was listed since: seconds since 1970; nil: one of
  /// them never was.
  public func lookedAt() async throws(StoreError) -> Int64? {
    try await sources().filter(\.isConfigured).lookedAt()
  }
}

extension [KnownSource] {
  /// When the one was listed that was not listed for longest: a feed's rows may come from any of them.
  /// - Parameter looked: one that is listed `now`.
  func lookedAt(now: Int64? = nil, _ looked: SourceID? = nil) -> Int64? {
    let times = map { $0.id == looked ? now : $0.lastSuccessAt }
    return times.contains(nil) ? nil : times.compactMap(\.self).min()
  }
}
