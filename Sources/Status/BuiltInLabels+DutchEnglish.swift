extension BuiltInLabels {
  /// Belgium's pages.
  static let dutch: [BuiltInLabels] = [
    BuiltInLabels(.announced, "wordt klaargemaakt door de webshop"),
    BuiltInLabels(.pickedUp, "aangekomen op het nationaal platform van Colis Privé"),
    BuiltInLabels(.inTransit, "toegekomen bij onze regionale bezorgpartner"),
    BuiltInLabels(.outForDelivery, "onderweg naar jou"),
    BuiltInLabels(.delivered, "bezorgd", "geleverd"),
    BuiltInLabels(
      .delivered, mode: .letterbox,
      "in de brievenbus bezorgd", "in je brievenbus bezorgd", "in jouw brievenbus bezorgd",
      "in de brievenbus geleverd", "bezorgd in de brievenbus", "bezorgd in je brievenbus",
      "bezorgd in jouw brievenbus", "geleverd in de brievenbus"),
    BuiltInLabels(
      .deliveryFailed,
      "niet bezorgd", "niet geleverd", "niet worden bezorgd", "niet worden geleverd",
      "niet bezorgd worden", "niet geleverd worden"),
  ]

  static let english: [BuiltInLabels] = [
    BuiltInLabels(
      .announced, "awaited by Colis Privé", "prepared by your webmerchant"),
    BuiltInLabels(.pickedUp, "well received by a Colis Privé branch"),
    BuiltInLabels(
      .inTransit, detail: Meaning.Detail.arrivedAtDepot,
      "arrived at our regional distribution office"),
    BuiltInLabels(.outForDelivery, "is being delivered"),
    BuiltInLabels(.delivered, "delivered"),
    BuiltInLabels(
      .delivered, mode: .letterbox,
      "delivered in letterbox", "delivered in the letterbox", "delivered in your letterbox",
      "delivered to letterbox", "delivered to the letterbox", "delivered to your letterbox"),
    BuiltInLabels(
      .deliveryFailed,
      "not delivered", "not been delivered", "not be delivered", "undelivered", "undeliverable",
      "delivery failed", "failed delivery"),
    BuiltInLabels(.returning, "return to sender", "returning to sender"),
    BuiltInLabels(.returned, "returned to sender"),
  ]
}
