import Carrier

/// An entry of the journal at or before an endpoint's position that the endpoint has not taken.
public struct OpenDelivery: Sendable, Hashable {
  public enum State: Sendable, Hashable {
    /// It is sent again at this time: seconds since 1970.
    case waiting(until: Int64)
    /// An earlier entry of the same parcel waits.
    case behind
    /// It was tried as often as it is; nobody sends it any more unless somebody asks. Seconds since 1970.
    case parked(at: Int64)

    /// As stores have it.
    package init(isParked: Bool, at instant: Int64?) {
      if isParked {
        self = .parked(at: instant ?? 0)
      } else {
        self = instant.map { .waiting(until: $0) } ?? .behind
      }
    }

    /// Until when it waits, or since when it is parked; nil: it is behind another one.
    package var instant: Int64? {
      switch self {
      case .waiting(let until): until
      case .parked(let since): since
      case .behind: nil
      }
    }
  }

  public var seq: Int64
  /// Entries of one number go out one after the other, under whatever account.
  public var parcel: ParcelNumber
  public var state: State
  public var tries: Int
  /// What the last try met; nil: it was not tried yet.
  public var fault: DeliveryFault?

  public init(
    seq: Int64, parcel: ParcelNumber, state: State, tries: Int = 0, fault: DeliveryFault? = nil
  ) {
    self.seq = seq
    self.parcel = parcel
    self.state = state
    self.tries = tries
    self.fault = fault
  }

  public var isParked: Bool { if case .parked = state { true } else { false } }
}

/// How many open deliveries an endpoint has.
public struct OpenDeliveryCounts: Sendable, Hashable {
  /// Waiting, or behind one that waits.
  public var waiting = 0
  public var parked = 0

  public init(waiting: Int = 0, parked: Int = 0) {
    self.waiting = waiting
    self.parked = parked
  }
}
