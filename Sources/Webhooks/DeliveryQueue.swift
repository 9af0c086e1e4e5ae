import Carrier
import ParcelStore

/// What is sent to one endpoint next: entries of one number one after the other, many numbers at a time.
///
/// It is told what the journal has, what became of each try, and what time it is; it does nothing itself. Entries stand
/// in a window of bounded length. One that fails leaves the window and becomes an open delivery, so that the position
/// goes on, and later entries of its parcel wait behind it. Only an erasure passes what was refused: a receiver is to
/// forget soon, and what comes after it has no recipient's data any more. An endpoint that fails altogether is in an
/// outage: it is asked for one entry a step, and the window stays.
///
///     var queue = DeliveryQueue(record, open: waiting, limits, delay: schedule.delay)
///     queue.add([Wanted(seq: 7, parcel: number)], reached: 9)
///     if let entry = queue.next(at: now) { … queue.end(entry, .taken, at: now) }
///     if let progress = queue.takeProgress() { … }
public struct DeliveryQueue: Sendable {
  /// An entry of the journal that the endpoint wants.
  public struct Wanted: Sendable, Hashable {
    public var seq: Int64
    public var parcel: ParcelNumber
    public var isErasure: Bool

    public init(seq: Int64, parcel: ParcelNumber, isErasure: Bool = false) {
      self.seq = seq
      self.parcel = parcel
      self.isErasure = isErasure
    }

    /// How it is open where an earlier one of its parcel is.
    fileprivate var behind: OpenDelivery {
      // With a time of its own it waits for no other one.
      OpenDelivery(seq: seq, parcel: parcel, state: isErasure ? .waiting(until: 0) : .behind)
    }
  }

  public struct Limits: Sendable {
    /// Tries at one time.
    public var concurrency = 4
    /// Entries between the position and the last one that was begun. After a crash so many come again at most, beside
    /// those that were delivered since the last save.
    public var window = 500
    /// Where so many deliveries are open and not parked, no more is begun: the position waits.
    public var open = 10_000

    public init() {}
  }

  /// How a try ended.
  public enum End: Sendable, Hashable {
    case taken
    /// The endpoint is not there, or can't take anything now: nothing else is worth a try.
    /// - Parameter delay: seconds that it asks for; nil: it does not say.
    case unavailable(DeliveryFault, delay: Int64?)
    /// It answered that it does not take this one.
    case refused(DeliveryFault, delay: Int64?)
    /// It is gone for good (410).
    case gone(DeliveryFault)
    /// Nobody knows: the try was broken off, as the process ends.
    case broken
    /// It is in the journal no more: nobody was asked.
    case pruned
  }

  /// What operators are told.
  public enum Change: Sendable, Hashable {
    case failed(EndpointOutage)
    case recovered(EndpointOutage)
    case parked(OpenDelivery)
    case stopped(DeliveryFault)
  }

  /// How long to wait after so many failed tries: seconds; nil: there is no further try.
  public typealias Delay = @Sendable (_ tries: Int) -> Int64?

  private let limits: Limits
  private let delay: Delay

  /// By parcel the last entry in front of the position that was open when it began: up to there all of the parcel's had
  /// ended, though the position, which waits for other parcels, does not say so.
  private let begunBefore: [ParcelNumber: Int64]
  private var window: DeliveryWindow
  /// Those that are not parked.
  private var open: OpenDeliveries
  private var inFlight: Set<Int64> = []
  private var circuit: EndpointCircuit
  private var progress: UnsavedProgress
  private var changes: [Change] = []

  /// - Parameter open: all open deliveries of the endpoint that are not parked; of those that are, the ones in front of the
  ///   position.
  public init(
    _ record: EndpointRecord, open: [OpenDelivery], _ limits: Limits, delay: @escaping Delay
  ) {
    self.limits = limits
    self.delay = delay
    self.open = OpenDeliveries(open)
    begunBefore = open.filter { $0.seq > record.position }
      .reduce(into: [:]) { last, delivery in
        last[delivery.parcel] = max(last[delivery.parcel] ?? 0, delivery.seq)
      }
    window = DeliveryWindow(position: record.position)
    circuit = EndpointCircuit(record, delay: delay)
    progress = UnsavedProgress(record)
  }

  // MARK: The journal

  /// The entry after which the journal is read next.
  public var reached: Int64 { window.reached }

  /// Whether everything that was read was taken, or is parked.
  public var hasAll: Bool { window.isEmpty && open.count == 0 }

  /// How many of those that were read have not been begun.
  public var untried: Int { max(0, window.length - window.ended - inFlight.count) }

  /// Notes that there was nothing else in the journal either.
  public mutating func noteCaughtUp(at now: Int64) { progress.noteCaughtUp(at: now) }

  /// Whether an entry is an open delivery.
  func isOpen(_ seq: Int64) -> Bool { open[seq] != nil }

  /// How many more entries may be added.
  public var room: Int {
    guard circuit.stoppedAt == nil, circuit.outage == nil || window.isEmpty else { return 0 }
    guard open.count < limits.open else { return 0 }
    return max(0, limits.window - window.length)
  }

  /// Adds the next entries that the endpoint wants.
  /// - Parameter reached: up to here all others are not wanted.
  public mutating func add(_ entries: [Wanted], reached: Int64) {
    for entry in entries {
      // All of them stand in the window, so that its bound is one of what comes again after a crash.
      window.add(entry)
      if entry.seq <= begunBefore[entry.parcel] ?? 0 {
        window.end(entry)
      } else if open.blocks(entry.parcel) {
        window.end(entry)
        put(entry.behind)
      }
    }
    window.reach(reached)
  }

  // MARK: Tries

  /// The next entry to send now; nil: none. It counts as being tried from now on.
  public mutating func next(at now: Int64) -> Wanted? { upcoming(at: now).map { begin($0) } }

  /// Whether nothing is under way, and nothing can be sent before more is read or time has passed.
  public func isQuiet(at now: Int64) -> Bool { inFlight.isEmpty && !hasNext(at: now) }

  /// Whether `next` would give one.
  public func hasNext(at now: Int64) -> Bool { upcoming(at: now) != nil }

  private func upcoming(at now: Int64) -> Wanted? {
    guard inFlight.count < limits.concurrency else { return nil }
    switch circuit.admission(at: now) {
    case .none: return nil
    case .all: return open.next(at: now) ?? firstUntried
    // One that was not tried yet, or not for the longest time: a few that are never taken keep nobody else back.
    case .one: return inFlight.isEmpty ? firstUntried ?? open.first : nil
    }
  }

  private var firstUntried: Wanted? { window.next { !open.blocks($0) } }

  private mutating func begin(_ entry: Wanted) -> Wanted {
    inFlight.insert(entry.seq)
    open.begin(entry.seq)
    window.begin(entry)
    return entry
  }

  private mutating func giveBack(_ entry: Wanted) {
    open.giveBack(entry.seq)
    window.giveBack(entry)
  }

  /// Says how a try ended.
  public mutating func end(_ entry: Wanted, _ end: End, at now: Int64) {
    inFlight.remove(entry.seq)
    switch end {
    case .broken: giveBack(entry)
    case .taken: take(entry, at: now)
    case .pruned: settle(entry)
    case .gone(let fault):
      giveBack(entry)
      if circuit.stop(at: now) { changes.append(.stopped(fault)) }
    case .unavailable(let fault, let asked) where !circuit.blames(entry.seq):
      fail(entry, fault, asked, isItsOwn: false, at: now)
      let outage = circuit.noteAbsence(at: entry.seq, fault, asked: asked, at: now)
      if let outage { changes.append(.failed(outage)) }
    case .unavailable(let fault, let asked), .refused(let fault, let asked):
      fail(entry, fault, asked, isItsOwn: true, at: now)
      let outage = circuit.noteRefusal(of: entry.parcel, fault, asked: asked, at: now)
      if let outage { changes.append(.failed(outage)) }
    }
  }

  private mutating func take(_ entry: Wanted, at now: Int64) {
    progress.noteTaken(at: now)
    if let outage = circuit.noteTaken() { changes.append(.recovered(outage)) }
    settle(entry)
  }

  /// Nobody has to send it any more.
  private mutating func settle(_ entry: Wanted) {
    circuit.forget(entry.seq)
    if open[entry.seq] != nil {
      open.remove(entry.seq)
      progress.close(entry.seq)
    } else {
      window.end(entry)
    }
  }

  /// - Parameter isItsOwn: false: the endpoint was not there. That counts as no try of the entry, which would be parked
  ///   after some days although nobody has refused it.
  private mutating func fail(
    _ entry: Wanted, _ fault: DeliveryFault, _ asked: Int64?, isItsOwn: Bool, at now: Int64
  ) {
    progress.noteFailure()
    var delivery =
      open[entry.seq] ?? OpenDelivery(seq: entry.seq, parcel: entry.parcel, state: .behind)
    if isItsOwn { delivery.tries += 1 }
    delivery.fault = fault
    // Later entries of the parcel that stand in the window already stay behind this one.
    for other in window.endAll(from: entry) { put(other.behind) }
    if let delay = isItsOwn ? delay(delivery.tries) : delay(1) {
      delivery.state = .waiting(until: now + max(delay, asked ?? 0))
      put(delivery)
    } else {
      circuit.forget(entry.seq)
      delivery.state = .parked(at: now)
      put(delivery)
      changes.append(.parked(delivery))
    }
  }

  private mutating func put(_ delivery: OpenDelivery) {
    open.put(delivery)
    progress.put(delivery)
  }

  // MARK: What is saved

  /// Up to here each entry has ended, or is an open delivery.
  public var position: Int64 { window.position }

  /// How many tries have ended since `takeProgress`.
  public var unsaved: Int { progress.tries }

  /// How many would come again after a crash at most, if all until `takeProgress` was saved.
  public var exposed: Int { unsaved + window.ended + inFlight.count }

  /// What has changed since the last call; nil: nothing.
  public mutating func takeProgress() -> DeliveryProgress? {
    progress.take(position: window.position, circuit)
  }

  /// What operators are told since the last call.
  public mutating func takeChanges() -> [Change] {
    defer { changes = [] }
    return changes
  }
}
