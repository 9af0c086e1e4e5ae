import Status

// The words for where a parcel is, and why.
extension Language {
  package func word(_ status: ParcelStatus) -> String {
    switch status {
    case .announced: choose("annoncé", "announced")
    case .pickedUp: choose("pris en charge", "picked up")
    case .inTransit: choose("en transit", "in transit")
    case .outForDelivery: choose("en livraison", "out for delivery")
    case .readyForPickup: choose("à retirer", "ready for pick-up")
    case .delivered: choose("livré", "delivered")
    case .deliveryFailed: choose("échec de livraison", "delivery failed")
    case .onHold: choose("bloqué", "on hold")
    case .returning: choose("retour en cours", "returning")
    case .returned: choose("retourné", "returned")
    case .lost: choose("perdu", "lost")
    case .damaged: choose("endommagé", "damaged")
    case .cancelled: choose("annulé", "cancelled")
    case .unmapped: choose("code inconnu", "unknown code")
    }
  }

  package func word(_ reason: StatusReason) -> String {
    switch reason {
    case .recipientAbsent: choose("destinataire absent", "recipient absent")
    case .addressInvalid: choose("adresse incorrecte", "address invalid")
    case .refused: choose("refusé", "refused")
    case .noAccess: choose("accès impossible", "no access")
    case .doesNotFit: choose("trop grand", "does not fit")
    case .pickupExpired: choose("délai de retrait dépassé", "pick-up expired")
    case .appointment: choose("rendez-vous", "appointment")
    case .dateChanged: choose("date modifiée", "date changed")
    case .addressChanged: choose("adresse modifiée", "address changed")
    case .methodChanged: choose("mode modifié", "method changed")
    case .delayed: choose("retardé", "delayed")
    case .customs: choose("douane", "customs")
    case .weather: choose("intempéries", "weather")
    case .carrier: choose("fait du transporteur", "the carrier's doing")
    case .other: choose("autre raison", "other reason")
    }
  }

  package func word(_ mode: DeliveryMode) -> String {
    switch mode {
    case .hand: choose("en main propre", "by hand")
    case .signature: choose("contre signature", "against signature")
    case .letterbox: choose("boîte aux lettres", "letterbox")
    case .neighbour: choose("chez un voisin", "to a neighbour")
    case .safePlace: choose("en lieu sûr", "in a safe place")
    case .pickupPoint: choose("retiré au relais", "at the pick-up point")
    }
  }

  /// A detail of a meaning; one of people's own maps stays as it is.
  package func detail(_ detail: String) -> String {
    switch detail {
    case Meaning.Detail.arrivedAtDepot: choose("arrivé à l’agence", "arrived at depot")
    case Meaning.Detail.toPickupPoint: choose("vers le relais", "to pick-up point")
    default: detail
    }
  }

  /// What a meaning says beside its status: `boîte aux lettres`; nil: nothing.
  package func more(_ meaning: Meaning, now: Int64) -> String? {
    let parts = [
      meaning.reason.map(word), meaning.mode.map(word), meaning.detail.map(detail),
      meaning.expectedOn.map { choose("prévu le ", "expected on ") + day($0, now: now) },
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}

/// Which colour goes with a word; the word itself is always there.
package enum Tone: String, Sendable {
  case good, warn, bad, busy, idle

  package init(_ status: ParcelStatus) {
    switch status {
    case .delivered: self = .good
    case .outForDelivery, .pickedUp, .inTransit: self = .busy
    case .readyForPickup, .onHold, .deliveryFailed, .returning, .unmapped: self = .warn
    case .lost, .damaged, .returned: self = .bad
    case .announced, .cancelled: self = .idle
    }
  }
}
