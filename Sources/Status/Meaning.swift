import Carrier

/// What a carrier's code or label means: where the parcel is, and what else the wording says.
public struct Meaning: Hashable, Sendable {
  public var status: ParcelStatus
  public var reason: StatusReason?
  /// How it was handed over; only with `delivered`.
  public var mode: DeliveryMode?
  /// A finer step inside a status that no reason describes; see `Detail`.
  public var detail: String?
  /// The day for which the carrier announces the delivery or the deposit.
  public var expectedOn: CalendarDay?

  public init(
    status: ParcelStatus, reason: StatusReason? = nil, mode: DeliveryMode? = nil,
    detail: String? = nil, expectedOn: CalendarDay? = nil
  ) {
    self.status = status
    self.reason = reason
    self.mode = mode
    self.detail = detail
    self.expectedOn = expectedOn
  }

  /// The map knows neither the code nor the label.
  public static let unmapped = Meaning(status: .unmapped)

  /// The details that the built-in map and the exports use.
  public enum Detail {
    /// The parcel reached the agency from which it will be delivered.
    public static let arrivedAtDepot = "arrived_at_depot"
    /// The parcel is on its way to a pick-up point.
    public static let toPickupPoint = "to_pickup_point"
  }
}
