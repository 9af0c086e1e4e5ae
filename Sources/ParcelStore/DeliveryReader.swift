/// What can be asked about the endpoints of webhooks.
public protocol DeliveryReader: Sendable {
  /// All that the store knows, by name; also those that are configured no more.
  func endpoints() async throws(StoreError) -> [EndpointRecord]

  /// The open deliveries of an endpoint, in the order of `seq`, from the one after `seq` on. The entry of one may be
  /// gone meanwhile, as old ones are deleted; the delivery is there until it is closed.
  /// - Parameter parked: whether those that are parked, or the others.
  func openDeliveries(
    of endpoint: String, parked: Bool, after seq: Int64, limit: Int
  ) async throws(StoreError) -> [OpenDelivery]

  /// How many it has; quick, also where there are many.
  func openDeliveryCounts(of endpoint: String) async throws(StoreError) -> OpenDeliveryCounts
}
