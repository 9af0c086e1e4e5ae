import ParcelStore

/// What has become of deliveries to an endpoint since it was saved last.
///
///     var unsaved = UnsavedProgress(record)
///     unsaved.noteTaken(at: now)
///     if let progress = unsaved.take(position: 7, circuit) { … }
struct UnsavedProgress: Sendable {
  private var progress: DeliveryProgress
  /// As it is where nothing has changed.
  private var unchanged: DeliveryProgress
  private var savedCaughtUpAt: Int64

  init(_ record: EndpointRecord) {
    unchanged = DeliveryProgress(
      position: record.position, stoppedAt: record.stoppedAt, outage: record.outage)
    progress = unchanged
    savedCaughtUpAt = record.caughtUpAt
  }

  /// How many tries have ended.
  var tries: Int { Int(progress.delivered + progress.failures) }

  mutating func noteTaken(at now: Int64) {
    progress.delivered += 1
    progress.lastDelivery = now
  }

  mutating func noteFailure() { progress.failures += 1 }

  /// Notes when it had all there was. That is saved with what else there is, and by itself once an hour.
  mutating func noteCaughtUp(at now: Int64) { progress.caughtUpAt = now }

  /// Notes an open delivery that is new or has changed.
  mutating func put(_ delivery: OpenDelivery) {
    progress.open.removeAll { $0.seq == delivery.seq }
    progress.open.append(delivery)
  }

  /// Notes that a delivery is open no more. It is not opened again.
  mutating func close(_ seq: Int64) {
    progress.open.removeAll { $0.seq == seq }
    progress.closed.append(seq)
  }

  /// - Parameters:
  ///   - position: where the endpoint stands now.
  ///   - circuit: that of the endpoint, as it is now.
  /// - Returns: what has to be saved; nil: nothing.
  mutating func take(position: Int64, _ circuit: EndpointCircuit) -> DeliveryProgress? {
    progress.position = position
    progress.stoppedAt = circuit.stoppedAt
    progress.outage = circuit.outage
    guard hasChanged || isCaughtUpDue else { return nil }
    var taken = progress
    taken.open.sort { $0.seq < $1.seq }
    savedCaughtUpAt = taken.caughtUpAt ?? savedCaughtUpAt
    unchanged = DeliveryProgress(
      position: position, stoppedAt: circuit.stoppedAt, outage: circuit.outage)
    progress = unchanged
    return taken
  }

  private var hasChanged: Bool {
    var progress = progress
    progress.caughtUpAt = nil
    return progress != unchanged
  }

  private var isCaughtUpDue: Bool {
    guard let instant = progress.caughtUpAt else { return false }
    // A clock that was set back is noted, too.
    return instant - savedCaughtUpAt >= Self.caughtUpInterval || instant < savedCaughtUpAt
  }

  /// Seconds.
  private static let caughtUpInterval: Int64 = 3_600
}
