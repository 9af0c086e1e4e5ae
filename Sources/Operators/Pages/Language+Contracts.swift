import Contract

// The words for contracts and their feeds.
extension Language {
  package func word(_ service: ServiceKind) -> String {
    switch service {
    case .homeFR: choose("livraison à domicile en France", "home delivery, France")
    case .homeBE: choose("livraison à domicile en Belgique", "home delivery, Belgium")
    case .relay: choose("point relais", "pick-up point")
    case .returns: choose("retours", "returns")
    }
  }

  package func word(_ state: FeedState) -> String {
    switch state {
    case .incomplete: choose("incomplet", "incomplete")
    case .subscriptionRequired: choose("abonnement requis", "subscription required")
    case .advisorToInform: choose("conseiller à informer", "advisor to inform")
    case .awaitingFirstFile: choose("premier fichier attendu", "awaiting first file")
    case .live: choose("en service", "live")
    case .silent: choose("silencieux", "silent")
    case .reconfigurationRequired: choose("à reconfigurer", "reconfiguration required")
    case .removed: choose("retiré du contrat", "removed from the contract")
    }
  }

  package func word(_ field: ContractField) -> String {
    switch field {
    case .username: choose("identifiant", "user name")
    case .password: choose("mot de passe", "password")
    case .account: choose("compte", "account")
    case .accountID: choose("ID du compte", "account ID")
    case .controlKey: choose("clé de contrôle", "control key")
    case .destinationCode: choose("code de destination", "destination code")
    }
  }

  package func word(_ reason: HoldReason) -> String {
    switch reason {
    case .unknownAccount: choose("compte inconnu", "unknown account")
    case .contractIncomplete: choose("contrat incomplet", "contract incomplete")
    case .subscriptionRequired: choose("abonnement requis", "subscription required")
    case .trackingNotRequested: choose("suivi non demandé", "tracking not requested")
    case .accountChanged: choose("compte changé", "account changed")
    }
  }

  /// What somebody can do about rows that are held.
  package func advice(_ reason: HoldReason) -> String {
    switch reason {
    case .unknownAccount:
      choose(
        "Aucun contrat n’a ce compte. S’il est le vôtre, ajoutez-le : colisd contracts new.",
        "No contract has this account. If it is yours, add it: colisd contracts new.")
    case .contractIncomplete:
      choose(
        "Il manque quelque chose à son contrat ; colisd contracts check dit quoi.",
        "Its contract lacks something; colisd contracts check says what.")
    case .subscriptionRequired:
      choose(
        "Son contrat doit être actif, avec un abonnement lite, growth ou premium.",
        "Its contract must be active, on the plan lite, growth or premium.")
    case .trackingNotRequested:
      choose(
        "Prévenez le conseiller Colis Privé et écrivez ce jour sous tracking.requested ; la page du contrat a le message.",
        "Tell the sales advisor and write the day under tracking.requested; the contract's page has the message."
      )
    case .accountChanged:
      choose(
        "Son service a un autre compte maintenant ; la page du contrat dit que faire.",
        "Its service has another account now; the contract's page says what to do.")
    }
  }
}

extension Tone {
  package init(_ state: FeedState) {
    switch state {
    case .live: self = .good
    case .awaitingFirstFile: self = .busy
    case .advisorToInform, .incomplete, .subscriptionRequired: self = .warn
    case .silent, .reconfigurationRequired, .removed: self = .bad
    }
  }
}
