import Carrier
import ParcelStore

/// What its answers say of an endpoint as a whole: it is sent to freely, asked for one entry a step, or asked no more.
///
/// An outage begins where there is no answer, or one that says "not now", and where parcels are refused one after the
/// other. It ends with an entry that is taken.
///
///     var circuit = EndpointCircuit(record, delay: schedule.delay)
///     if let outage = circuit.noteAbsence(at: entry.seq, fault, asked: nil, at: now) { … }
///     if circuit.admission(at: now) == .one { … }
package struct EndpointCircuit: Sendable {
  enum Admission {
    case all
    /// One alone shows whether the endpoint is back.
    case one
    case none
  }

  /// After so many refusals of different parcels, one after the other, it is an outage, too.
  package static let mostRefusals = 5

  private(set) var outage: EndpointOutage?
  private(set) var stoppedAt: Int64?
  /// How long to wait after so many failed tries: seconds; nil: longer than an entry waits.
  private let delay: DeliveryQueue.Delay
  /// The parcels that were refused since the last entry was taken.
  private var refusals: Set<ParcelNumber> = []
  /// The `seq` of entries that have met an outage. An outage ends by what is taken, and who fails while others are taken
  /// fails by itself.
  private var metOutage: Set<Int64> = []

  init(_ record: EndpointRecord, delay: @escaping DeliveryQueue.Delay) {
    outage = record.outage
    stoppedAt = record.stoppedAt
    self.delay = delay
  }

  /// How much may be sent now.
  func admission(at now: Int64) -> Admission {
    if stoppedAt != nil { return .none }
    guard let outage else { return .all }
    return RetrySchedule.isDue(outage.nextAt, at: now) ? .one : .none
  }

  /// Whether an entry that meets an outage now has itself to blame: it has met one before, which is over.
  func blames(_ seq: Int64) -> Bool { outage == nil && metOutage.contains(seq) }

  // MARK: What became of tries

  /// - Returns: the outage that is over by that.
  mutating func noteTaken() -> EndpointOutage? {
    refusals = []
    defer { outage = nil }
    return outage
  }

  /// Notes that the endpoint was not there, or can't take anything now.
  /// - Parameters:
  ///   - seq: of the entry that was tried.
  ///   - asked: seconds that the endpoint asks for.
  /// - Returns: the outage that begins with it; nil: there is one already.
  mutating func noteAbsence(
    at seq: Int64, _ fault: DeliveryFault, asked: Int64?, at now: Int64
  ) -> EndpointOutage? {
    metOutage.insert(seq)
    return goOn(fault, asked, at: now)
  }

  /// Notes that the endpoint does not take an entry of this parcel.
  /// - Returns: the outage that begins with it; nil: none does.
  mutating func noteRefusal(
    of parcel: ParcelNumber, _ fault: DeliveryFault, asked: Int64?, at now: Int64
  ) -> EndpointOutage? {
    refusals.insert(parcel)
    guard outage != nil || refusals.count >= Self.mostRefusals else { return nil }
    return goOn(fault, asked, at: now)
  }

  /// Nobody tries the entry any more.
  mutating func forget(_ seq: Int64) { metOutage.remove(seq) }

  /// - Returns: false: it was stopped already.
  mutating func stop(at now: Int64) -> Bool {
    guard stoppedAt == nil else { return false }
    stoppedAt = now
    return true
  }

  /// Begins an outage, or goes on with it.
  /// - Returns: the one that is new.
  private mutating func goOn(
    _ fault: DeliveryFault, _ asked: Int64?, at now: Int64
  ) -> EndpointOutage? {
    let isNew = outage == nil
    var outage = outage ?? EndpointOutage(since: now, tries: 0, nextAt: now, fault: fault)
    outage.fault = fault
    // Tries that were under way when it began are no further steps.
    if isNew || RetrySchedule.isDue(outage.nextAt, at: now) {
      outage.tries += 1
      let step = delay(outage.tries) ?? Self.longestStep
      outage.nextAt = now + max(step, asked ?? 0)
    } else if let asked {
      outage.nextAt = max(outage.nextAt, now + asked)
    }
    self.outage = outage
    return isNew ? outage : nil
  }

  /// An endpoint that has been away for days is asked so often: seconds.
  private static let longestStep: Int64 = 86_400
}
