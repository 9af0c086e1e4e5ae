import Carrier
import ParcelStore
import Status
import Views

/// A list of parcels that people look at each day.
package enum ReadyList: CaseIterable, Sendable {
  case all, open, stuck, pickupDue, failedToday, returning

  /// Its filters, as a URL has them.
  /// - Parameter now: seconds since 1970.
  package func query(now: Int64) -> [(String, String?)] {
    switch self {
    case .all: []
    case .open: [("open", "1")]
    case .stuck: [("stuck", "48h")]
    case .pickupDue: [("pickup-due", "2d")]
    case .failedToday:
      [("status", ParcelStatus.deliveryFailed.name), ("since", CalendarDay(at: now).description)]
    case .returning: [("status", ParcelStatus.returning.name)]
    }
  }

  /// The same for the store.
  package func filter(now: Int64, pickupDays: Int) throws -> ParcelFilter {
    var reader = QueryReader(query(now: now).map { (name: $0.0, value: $0.1 ?? "") })
    return try ParcelsQuestion(&reader, now: now).filter(now: now, pickupDays: pickupDays)
  }

  package func word(_ language: Language) -> String {
    switch self {
    case .all: language.choose("Tous", "All")
    case .open: language.choose("En cours", "Open")
    case .stuck: language.choose("Sans nouvelle depuis 48 h", "No news for 48 h")
    case .pickupDue: language.choose("Retrait bientôt échu", "Pick-up due soon")
    case .failedToday: language.choose("Échecs de livraison aujourd’hui", "Deliveries failed today")
    case .returning: language.choose("Retours en cours", "Returning")
    }
  }
}
