/// A parcel status as Sendcloud numbers and words it.
public struct SendcloudStatus: Hashable, Sendable {
  public let id: Int
  public let message: String

  public init(id: Int, message: String) {
    self.id = id
    self.message = message
  }
}

// The same status as other systems name it. Sources: Sendcloud's public list of parcel statuses,
// AfterShip's public list of delivery statuses (tags), EasyPost's public list of tracker statuses.
extension Meaning {
  /// The nearest entry of Sendcloud's list of parcel statuses.
  public var sendcloud: SendcloudStatus {
    if let change { return change }
    switch (status, reason) {
    case (.announced, _): return SendcloudStatus(id: 1, message: "Announced")
    case (.pickedUp, _):
      return SendcloudStatus(id: 22, message: "Shipment picked up by driver")
    case (.onHold, .customs): return SendcloudStatus(id: 62989, message: "At Customs")
    case (.inTransit, .delayed), (.onHold, .delayed):
      return SendcloudStatus(id: 4, message: "Delivery delayed")
    case (.inTransit, _) where detail == Detail.arrivedAtDepot:
      return SendcloudStatus(id: 62990, message: "At sorting centre")
    case (.inTransit, _), (.onHold, _):
      return SendcloudStatus(id: 91, message: "Parcel en route")
    case (.outForDelivery, _): return SendcloudStatus(id: 92, message: "Driver en route")
    case (.readyForPickup, _):
      return SendcloudStatus(id: 12, message: "Awaiting customer pickup")
    case (.delivered, _) where mode == .pickupPoint:
      return SendcloudStatus(id: 93, message: "Shipment collected by customer")
    case (.delivered, _): return SendcloudStatus(id: 11, message: "Delivered")
    case (.deliveryFailed, .refused):
      return SendcloudStatus(id: 62991, message: "Refused by recipient")
    case (.deliveryFailed, .addressInvalid):
      return SendcloudStatus(id: 62997, message: "Address invalid")
    case (.deliveryFailed, _):
      return SendcloudStatus(id: 8, message: "Delivery attempt failed")
    case (.returning, _): return SendcloudStatus(id: 80, message: "Unable to deliver")
    case (.returned, _): return SendcloudStatus(id: 62992, message: "Returned to sender")
    case (.lost, _), (.damaged, _): return SendcloudStatus(id: 62996, message: "Exception")
    case (.cancelled, _): return SendcloudStatus(id: 2000, message: "Cancelled")
    case (.unmapped, _):
      return SendcloudStatus(
        id: 1337,
        message: "Unknown status - check carrier track & trace page for more insights")
    }
  }

  /// AfterShip's tag.
  public var afterShip: String {
    if change != nil { return "InTransit" }
    switch (status, reason) {
    case (.announced, _): return "InfoReceived"
    case (.onHold, .customs): return "Exception"
    case (.pickedUp, _), (.inTransit, _), (.onHold, _): return "InTransit"
    case (.outForDelivery, _): return "OutForDelivery"
    case (.readyForPickup, _): return "AvailableForPickup"
    case (.delivered, _): return "Delivered"
    case (.deliveryFailed, .refused), (.deliveryFailed, .addressInvalid): return "Exception"
    case (.deliveryFailed, _): return "AttemptFail"
    case (.returning, _), (.returned, _), (.lost, _), (.damaged, _), (.cancelled, _):
      return "Exception"
    case (.unmapped, _): return "Pending"
    }
  }

  /// EasyPost's tracker status.
  public var easyPost: String {
    if change != nil { return "in_transit" }
    switch status {
    case .announced: return "pre_transit"
    case .pickedUp, .inTransit, .onHold: return "in_transit"
    case .outForDelivery: return "out_for_delivery"
    case .readyForPickup: return "available_for_pickup"
    case .delivered: return "delivered"
    case .deliveryFailed, .lost, .damaged: return "failure"
    case .returning, .returned: return "return_to_sender"
    case .cancelled: return "cancelled"
    case .unmapped: return "unknown"
    }
  }

  /// What was changed about a delivery that is still to come; these systems have no reasons beside
  /// a status, so the change is the status. Once a parcel waits, has arrived or goes back, that is
  /// the news, whatever was changed before.
  private var change: SendcloudStatus? {
    switch status {
    case .announced, .pickedUp, .inTransit, .onHold, .outForDelivery, .deliveryFailed: break
    case .readyForPickup, .delivered, .returning, .returned, .lost, .damaged, .cancelled,
      .unmapped:
      return nil
    }
    switch reason {
    case .methodChanged: return SendcloudStatus(id: 62993, message: "Delivery method changed")
    case .dateChanged: return SendcloudStatus(id: 62994, message: "Delivery date changed")
    case .addressChanged: return SendcloudStatus(id: 62995, message: "Delivery address changed")
    default: return nil
    }
  }
}
