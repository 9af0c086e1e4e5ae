import Carrier
import Status

/// Which events a list has. Nil: any.
public struct EventFilter: Sendable {
  /// Only what happened at this instant or later, and before that one: seconds since 1970. An event without a
  /// date counts by when it was received.
  public var since: Int64?
  public var until: Int64?
  /// The name of a site.
  public var site: String?
  public var statuses: Set<ParcelStatus>?
  public var parcel: ParcelNumber?
  /// The source of the file that brought it first.
  public var source: String?

  public init() {}

  public func admits(_ event: StoredEvent) -> Bool {
    let instant = event.timelineEntry.instant
    return instant >= since ?? .min && (until.map { instant < $0 } ?? true)
      && Self.agrees(site, event.site) && Self.agrees(source, event.origin.source)
      && statuses?.contains(event.meaning.status) != false
      && parcel.map { $0 == event.parcel } != false
  }

  /// Whether a correction can meet it: corrections have no site and no source.
  public var admitsCorrections: Bool { site == nil && source == nil }

  /// A correction counts by when the status was corrected, and by the status that it gave.
  public func admits(_ correction: StatusCorrection) -> Bool {
    admitsCorrections && correction.at >= since ?? .min
      && (until.map { correction.at < $0 } ?? true)
      && statuses?.contains(correction.status) != false
      && parcel.map { $0 == correction.parcel.number } != false
  }

  /// An erasure counts by when it was asked for. It has no site, no source and no status.
  public func admits(_ erasure: Erasure) -> Bool {
    admitsCorrections && statuses == nil && erasure.at >= since ?? .min
      && (until.map { erasure.at < $0 } ?? true) && parcel.map { $0 == erasure.number } != false
  }

  /// By bytes: texts that look the same may be two names.
  private static func agrees(_ wanted: String?, _ text: String?) -> Bool {
    guard let wanted else { return true }
    return text.map { $0.utf8.elementsEqual(wanted.utf8) } ?? false
  }
}
