extension StatusMap {
  /// The labels of the carrier's public tracking pages, French and Dutch.
  ///
  /// It has no codes: those are private to each contract's annex, so a map of one's own adds them.
  public static let builtIn: StatusMap = {
    do {
      return try StatusMap(name: "built-in", version: "1", codes: [], labels: french + dutch)
    } catch {
      // A fault in the literals below, which the first test would show.
      preconditionFailure("\(error)")
    }
  }()

  private static let french: [LabelRule] = [
    rule("Votre colis est en cours de préparation par l'expéditeur", .announced),
    rule("Votre colis est pris en charge par Colis Privé", .pickedUp),
    rule(
      "Votre colis est arrivé sur notre agence régionale de distribution", .inTransit,
      detail: Meaning.Detail.arrivedAtDepot),
    rule("Votre colis est en cours de distribution par le livreur", .outForDelivery),
    rule("Nous avons tenté de livrer votre colis", .deliveryFailed),
    rule(
      "Votre rendez-vous est confirmé", .inTransit, reason: .appointment, expectsDate: true),
    rule(
      "Votre colis va être prochainement déposé en Point Relais", .inTransit,
      detail: Meaning.Detail.toPickupPoint, expectsDate: true),
    rule("Votre colis vous attend au relais", .readyForPickup),
    rule("Votre colis a été livré en boîte aux lettres", .delivered, mode: .letterbox),
    rule("Votre colis a été livré avec signature", .delivered, mode: .signature),
    rule("Votre colis est retourné à l'expéditeur", .returned),
  ]

  /// Belgium's pages.
  private static let dutch: [LabelRule] = [
    rule("Jouw pakket wordt klaargemaakt door de webshop", .announced),
    rule("Jouw pakket is aangekomen op het nationaal platform van Colis Privé", .pickedUp),
    rule("Jouw pakket is toegekomen bij onze regionale bezorgpartner", .inTransit),
    rule("Jouw pakket is onderweg naar jou", .outForDelivery),
  ]

  /// Sentences are matched by their start: other sentences and dates may follow, and a later sentence
  /// that only mentions another status must not decide.
  private static func rule(
    _ text: String, _ status: ParcelStatus, reason: StatusReason? = nil,
    mode: DeliveryMode? = nil, detail: String? = nil, expectsDate: Bool = false
  ) -> LabelRule {
    LabelRule(
      text: text, match: .prefix,
      meaning: Meaning(status: status, reason: reason, mode: mode, detail: detail),
      expectsDate: expectsDate)
  }
}
