import ParcelStore

// Why an event sets the current status, or does not.
extension Language {
  package func sentence(_ decision: DecisionReason) -> String {
    switch decision {
    case .decides:
      choose("Cet événement décide du statut actuel.", "This event decides the current status.")
    case .unmapped:
      choose(
        "La table des statuts ne le connaît pas : il ne décide rien tant qu’un autre est connu.",
        "The map does not know it, so it decides nothing while another event is known.")
    case .implausibleTime:
      choose(
        "Son heure ne peut pas être juste (avant l’an 2000, ou plus tard que le lendemain de sa réception) : il ne décide pas.",
        "Its time can’t be right (before the year 2000, or later than the day after it came), so it does not decide."
      )
    case .lifeCycleOnDay:
      choose(
        "Ce jour-là un événement n’a pas d’heure : l’ordre habituel d’un colis décide, et celui-ci vient avant.",
        "An event of that day has no time, so a parcel’s usual order decides, and this one comes before."
      )
    case .lifeCycleAtSameTime:
      choose(
        "À la même heure, l’ordre habituel d’un colis décide, et celui-ci vient avant.",
        "At the same time a parcel’s usual order decides, and this one comes before.")
    case .storedBefore:
      choose(
        "De deux événements semblables, le dernier enregistré décide.",
        "Of two alike the one that was stored last decides.")
    case .happenedBefore:
      choose(
        "Il a eu lieu avant l’événement qui décide.",
        "It happened before the event that decides.")
    case .cameBefore:
      choose(
        "Aucun événement n’a d’heure qui puisse être juste ; un autre est arrivé en dernier.",
        "No event has a time that can be right, and another one came last.")
    }
  }
}
