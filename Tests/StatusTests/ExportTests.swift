import Status
import Testing

/// One row of the table of what other systems call a status.
struct ExportRow: Sendable, CustomTestStringConvertible {
  var meaning: Meaning
  var id: Int
  var message: String
  var afterShip: String
  var easyPost: String

  var testDescription: String {
    meaning.status.name + (meaning.reason.map { " + " + $0.name } ?? "")
  }

  init(meaning: Meaning, _ id: Int, _ message: String, _ afterShip: String, _ easyPost: String) {
    self.meaning = meaning
    self.id = id
    self.message = message
    self.afterShip = afterShip
    self.easyPost = easyPost
  }

  init(
    _ status: ParcelStatus, for reason: StatusReason? = nil, _ id: Int, _ message: String,
    _ afterShip: String, _ easyPost: String
  ) {
    self.init(meaning: Meaning(status: status, reason: reason), id, message, afterShip, easyPost)
  }

  static let all: [ExportRow] = [
    ExportRow(.announced, 1, "Announced", "InfoReceived", "pre_transit"),
    ExportRow(.pickedUp, 22, "Shipment picked up by driver", "InTransit", "in_transit"),
    ExportRow(.inTransit, 91, "Parcel en route", "InTransit", "in_transit"),
    ExportRow(
      meaning: Meaning(status: .inTransit, detail: "arrived_at_depot"), 62990, "At sorting centre",
      "InTransit", "in_transit"),
    ExportRow(.inTransit, for: .delayed, 4, "Delivery delayed", "InTransit", "in_transit"),
    ExportRow(.outForDelivery, 92, "Driver en route", "OutForDelivery", "out_for_delivery"),
    ExportRow(
      .readyForPickup, 12, "Awaiting customer pickup", "AvailableForPickup",
      "available_for_pickup"),
    ExportRow(.delivered, 11, "Delivered", "Delivered", "delivered"),
    ExportRow(
      meaning: Meaning(status: .delivered, mode: .letterbox), 11, "Delivered", "Delivered",
      "delivered"),
    ExportRow(
      meaning: Meaning(status: .delivered, mode: .pickupPoint), 93,
      "Shipment collected by customer",
      "Delivered", "delivered"),
    ExportRow(.deliveryFailed, 8, "Delivery attempt failed", "AttemptFail", "failure"),
    ExportRow(
      .deliveryFailed, for: .recipientAbsent, 8, "Delivery attempt failed", "AttemptFail", "failure"
    ),
    ExportRow(
      .deliveryFailed, for: .refused, 62991, "Refused by recipient", "Exception", "failure"),
    ExportRow(
      .deliveryFailed, for: .addressInvalid, 62997, "Address invalid", "Exception", "failure"),
    ExportRow(
      .inTransit, for: .dateChanged, 62994, "Delivery date changed", "InTransit", "in_transit"),
    ExportRow(
      .deliveryFailed, for: .addressChanged, 62995, "Delivery address changed", "InTransit",
      "in_transit"),
    ExportRow(
      .onHold, for: .methodChanged, 62993, "Delivery method changed", "InTransit", "in_transit"),
    ExportRow(.onHold, for: .customs, 62989, "At Customs", "Exception", "in_transit"),
    ExportRow(.returning, 80, "Unable to deliver", "Exception", "return_to_sender"),
    ExportRow(.returned, 62992, "Returned to sender", "Exception", "return_to_sender"),
    ExportRow(.lost, 62996, "Exception", "Exception", "failure"),
    ExportRow(.damaged, 62996, "Exception", "Exception", "failure"),
    ExportRow(.cancelled, 2000, "Cancelled", "Exception", "cancelled"),
    ExportRow(
      .unmapped, 1337, "Unknown status - check carrier track & trace page for more insights",
      "Pending", "unknown"),
  ]
}

@Suite struct ExportTests {
  @Test(arguments: ExportRow.all)
  func `every status has its words in other systems`(row: ExportRow) {
    #expect(row.meaning.sendcloud == SendcloudStatus(id: row.id, message: row.message))
    #expect(row.meaning.afterShip == row.afterShip)
    #expect(row.meaning.easyPost == row.easyPost)
  }

  @Test(arguments: [ParcelStatus.delivered, .readyForPickup, .returned])
  func `a change of the delivery does not hide where the parcel has arrived`(
    status: ParcelStatus
  ) {
    let plain = Meaning(status: status)
    let changed = Meaning(status: status, reason: .methodChanged)
    #expect(changed.sendcloud == plain.sendcloud)
    #expect(changed.afterShip == plain.afterShip)
    #expect(changed.easyPost == plain.easyPost)
  }

  @Test func `a parcel on hold without customs is on its way to other systems`() {
    let held = Meaning(status: .onHold, reason: .weather)
    #expect(held.sendcloud == Meaning(status: .inTransit).sendcloud)
    #expect(held.afterShip == "InTransit")
  }
}
