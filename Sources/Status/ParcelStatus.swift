/// Where a parcel is, in our own words; why it is there is a `StatusReason`.
///
/// The raw values are for memory only; what is stored and shown is `name`.
public enum ParcelStatus: UInt8, CaseIterable, Sendable {
  case announced, pickedUp, inTransit, outForDelivery, readyForPickup, delivered, deliveryFailed
  case onHold, returning, returned, lost, damaged, cancelled
  /// The map knows neither the code nor the label. Not "unknown": both are kept, and the history is
  /// derived again once the map has learnt them.
  case unmapped

  /// The word that JSON, the store and status maps use, such as `picked_up`.
  public var name: String {
    switch self {
    case .announced: "announced"
    case .pickedUp: "picked_up"
    case .inTransit: "in_transit"
    case .outForDelivery: "out_for_delivery"
    case .readyForPickup: "ready_for_pickup"
    case .delivered: "delivered"
    case .deliveryFailed: "delivery_failed"
    case .onHold: "on_hold"
    case .returning: "returning"
    case .returned: "returned"
    case .lost: "lost"
    case .damaged: "damaged"
    case .cancelled: "cancelled"
    case .unmapped: "unmapped"
    }
  }

  /// - Returns: nil when no status has exactly this name.
  public init?(name: String) {
    guard let status = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = status
  }

  /// The rank in a parcel's life cycle, which orders events of the same time: lower comes first.
  ///
  /// `on_hold` stands where `in_transit` stands. The four ways in which a parcel can end without
  /// being delivered differ, so that the order never depends on the order of the files. At most 31.
  public var rank: UInt8 {
    switch self {
    case .unmapped: 0
    case .announced: 1
    case .pickedUp: 2
    case .inTransit, .onHold: 3
    case .outForDelivery: 4
    case .deliveryFailed: 5
    case .readyForPickup: 6
    case .delivered: 7
    case .returning: 8
    case .returned: 9
    case .lost: 10
    case .damaged: 11
    case .cancelled: 12
    }
  }
}

extension ParcelStatus {
  /// Whether nothing is expected to happen to the parcel any more. What has come back, is lost, damaged or
  /// cancelled has ended as well; a return that is under way has not.
  public var isEnded: Bool {
    switch self {
    case .delivered, .returned, .lost, .damaged, .cancelled: true
    case .announced, .pickedUp, .inTransit, .outForDelivery, .readyForPickup, .deliveryFailed,
      .onHold,
      .returning, .unmapped:
      false
    }
  }

  /// The statuses of parcels to which something is still expected to happen.
  public static let open = Set(allCases.filter { !$0.isEnded })
}
