import ParcelStore

/// A page of the list of parked deliveries.
public struct ParkedPage: Sendable {
  public var deliveries: [ParkedDelivery] = []
  /// Where the next page begins; nil: there is none.
  public var next: ParkedPlace?

  /// - Parameters:
  ///   - endpoint: only of this one; nil: of all that the store knows.
  ///   - place: nil: from the first one on.
  public static func read(
    _ store: some DeliveryReader, endpoint: String?, after place: ParkedPlace?, limit: Int
  ) async throws -> ParkedPage {
    var page = ParkedPage()
    for name in try await store.endpoints().map(\.name) where endpoint == nil || endpoint == name {
      let start = place.map { $0.start(in: name) } ?? 0
      guard let start else { continue }
      // One more says whether there is a next page.
      let found = try await store.openDeliveries(
        of: name, parked: true, after: start, limit: limit + 1 - page.deliveries.count)
      page.deliveries += found.map { ParkedDelivery(endpoint: name, delivery: $0) }
      if page.deliveries.count > limit { break }
    }
    guard page.deliveries.count > limit else { return page }
    page.deliveries.removeSubrange(limit...)
    page.next = page.deliveries.last.map {
      ParkedPlace(endpoint: $0.endpoint, seq: $0.delivery.seq)
    }
    return page
  }
}
