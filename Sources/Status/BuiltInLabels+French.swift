extension BuiltInLabels {
  static let french: [BuiltInLabels] = [
    BuiltInLabels(
      .announced,
      "en cours de préparation par l'expéditeur", "nous sera confié prochainement",
      "expédié par votre webmarchand", "information transmise par l'expéditeur"),
    BuiltInLabels(.pickedUp, "pris en charge par Colis Privé", "a été collecté"),
    BuiltInLabels(
      .inTransit, detail: Meaning.Detail.arrivedAtDepot,
      "arrivé sur notre agence", "arrivé dans notre agence"),
    BuiltInLabels(.inTransit, "en cours d'acheminement", "expédié vers"),
    BuiltInLabels(
      Meaning(status: .inTransit, reason: .delayed), rank: .disturbance,
      ["a subi un retard", "retardé"]),
    BuiltInLabels(
      Meaning(status: .inTransit, reason: .appointment), expectsDate: true,
      ["Votre rendez-vous est confirmé"]),
    BuiltInLabels(
      Meaning(status: .inTransit, detail: Meaning.Detail.toPickupPoint), rank: .pickupPoint,
      expectsDate: true,
      [
        "va être prochainement déposé en Point Relais", "va être déposé en point relais",
        "va être déposé au relais", "sera déposé en point relais", "sera déposé au relais",
        "en cours de livraison au point de retrait", "en cours de livraison en point de retrait",
        "en cours de livraison au relais", "en cours de livraison au point relais",
        "en cours de livraison en point relais", "en cours de livraison vers le point relais",
        "en cours de livraison en consigne", "en cours de livraison à la consigne",
      ]),
    BuiltInLabels(
      .outForDelivery, "en cours de distribution", "en cours de livraison"),
    BuiltInLabels(
      .readyForPickup,
      "vous attend au relais", "vous attend en point relais", "vous attend au point relais",
      "vous attend dans votre point relais", "vous attend dans votre point de retrait",
      "vous attend au point de retrait", "vous attend en consigne", "vous attend à la consigne",
      "disponible au relais", "disponible en relais", "disponible en point relais",
      "disponible au point relais", "disponible dans votre point relais",
      "disponible dans votre relais", "disponible au point de retrait",
      "disponible en point de retrait", "disponible dans votre point de retrait",
      "disponible en consigne", "disponible à la consigne", "disponible dans votre consigne",
      "livré au relais", "livré en relais", "livré en point relais", "livré au point relais",
      "livré dans votre point relais", "livré au point de retrait", "livré en point de retrait",
      "livré dans votre point de retrait", "livré en consigne", "livré à la consigne",
      "déposé au relais", "déposé en relais", "déposé en point relais", "déposé au point relais",
      "déposé dans votre point relais", "déposé au point de retrait",
      "déposé en point de retrait", "déposé dans votre point de retrait", "déposé en consigne",
      "déposé à la consigne"),
    BuiltInLabels(
      .delivered, "livré", "livraison effectuée", "remis au destinataire"),
    BuiltInLabels(
      .delivered, mode: .letterbox,
      "livré en boîte aux lettres", "livré dans la boîte aux lettres",
      "livré dans votre boîte aux lettres", "déposé en boîte aux lettres",
      "déposé dans la boîte aux lettres", "déposé dans votre boîte aux lettres"),
    BuiltInLabels(.delivered, mode: .signature, "livré avec signature", "livré contre signature"),
    BuiltInLabels(
      Meaning(status: .delivered, mode: .pickupPoint), rank: .pickupPoint,
      [
        "vous a été remis au relais", "vous a été remis en point relais",
        "vous a été remis au point de retrait", "vous a été remis en consigne",
        "retiré au relais", "retiré en point relais", "retiré au point relais",
        "retiré au point de retrait", "retiré en point de retrait", "retiré en consigne",
      ]),
    BuiltInLabels(
      .deliveryFailed,
      "tenté de livrer", "n'avons pas pu livrer", "n'avons pu livrer", "n'a pas pu être livré",
      "n'a pu être livré", "n'a pas été livré", "n'est pas livré", "non livré",
      "échec de livraison", "échec de la livraison", "livraison impossible"),
    BuiltInLabels(
      .deliveryFailed, reason: .recipientAbsent, "destinataire absent", "absence du destinataire"),
    BuiltInLabels(
      .deliveryFailed, reason: .addressInvalid,
      "adresse incorrecte", "adresse erronée", "adresse incomplète", "adresse inconnue",
      "adresse est incorrecte", "adresse est erronée", "adresse est incomplète", "NPAI",
      "n'habite pas à l'adresse indiquée"),
    BuiltInLabels(.deliveryFailed, reason: .refused, "refusé", "refus du destinataire"),
    BuiltInLabels(.onHold, reason: .other, "incident", "anomalie"),
    BuiltInLabels(.damaged, "endommagé"),
    BuiltInLabels(.lost, "perdu"),
    BuiltInLabels(
      .returning,
      "retour à l'expéditeur", "en cours de retour", "sera retourné", "va être retourné"),
    BuiltInLabels(
      .returned,
      "est retourné à l'expéditeur", "a été retourné à l'expéditeur",
      "retourné à l'expéditeur"),
  ]
}
