import Carrier
import ParcelStore

/// Delivers to an endpoint from where the store says on, until somebody else takes over or changes it.
///
/// One loop decides; what takes time (tries, a save, a wait) are tasks beside it, which tell it when they are over.
struct DeliveryRun {
  private let deliverer: Deliverer
  private let hold: DutyHold
  private let sendEntry: Deliverer.Send
  private let epoch: Int64
  private var queue: DeliveryQueue
  private var outbox: OutboxReader
  private var pace: DeliveryPace
  /// So many entries are read at once at most.
  private let page: Int
  /// Whether nothing of the last page was wanted: then large pages get past the rest sooner.
  private var wasInVain = false
  private var savedAt = ContinuousClock.now
  private var lookedAt = ContinuousClock.now
  /// How many tries the save has that is under way; nil: none is.
  private var saving: Int?
  private var isListening = false
  private var isTicking = false
  private var isPausing = false
  /// Whether nobody else has taken over, as far as is known.
  private var isOurs = true
  /// Why a save was not done. What it had to say is in no later one, so none may follow it.
  private var fault: (any Error)?

  private enum Happening: Sendable {
    case ended(DeliveryQueue.Wanted, DeliveryQueue.End)
    /// Of success false: nothing was written, as somebody else delivers.
    case saved(Result<Bool, any Error>)
    /// There may be more in the journal.
    case heard
    /// Something may be due by now.
    case ticked
    /// The next request may begin.
    case paused
  }

  /// After so many tries they are saved, and after so long.
  private static let savedAfter = 400
  private static let saveInterval = Duration.seconds(1)
  /// So many come again after a crash at most: no more are begun before a save is done.
  private static let mostExposed = 950
  /// How often it asks whether somebody has changed the endpoint, where nothing is saved.
  private static let lookInterval = Duration.seconds(1)

  init(
    _ deliverer: Deliverer, _ record: EndpointRecord, open: [OpenDelivery], _ hold: DutyHold,
    _ sendEntry: @escaping Deliverer.Send
  ) {
    self.deliverer = deliverer
    self.hold = hold
    self.sendEntry = sendEntry
    epoch = record.epoch
    queue = DeliveryQueue(
      record, open: open, deliverer.limits, delay: Self.delay(RetrySchedule()))
    outbox = OutboxReader(deliverer, caughtUpAt: record.caughtUpAt)
    pace = DeliveryPace(rate: deliverer.endpoint.rate)
    // What is read long before it is sent would have to be asked for again.
    page = min(deliverer.limits.window, max(32, (deliverer.endpoint.rate ?? .max) / 5 * 2))
  }

  private static func delay(_ schedule: RetrySchedule) -> @Sendable (Int) -> Int64? {
    { tries in
      var generator = SystemRandomNumberGenerator()
      let wait = schedule.wait(afterFailures: tries, using: &generator)
      return wait.map { ($0 + .milliseconds(500)).wholeSeconds }
    }
  }

  /// - Returns: true: nothing more can be sent now, where that is what it waits for; false: somebody else took over.
  /// - Throws: `CancellationError`, when all that was delivered is saved; `StoreError`.
  consuming func go() async throws -> Bool {
    var run = self
    let isQuiet = try await withThrowingTaskGroup(of: Happening.self) { group in
      var isQuiet = false
      do {
        while run.isOurs, run.fault == nil, run.hold.isCurrent, !Task.isCancelled {
          try await run.read()
          run.begin(in: &group)
          isQuiet = run.isQuiet
          if isQuiet { break }
          guard let happening = try await group.next() else { continue }
          run.take(happening)
          try await run.look()
          run.saveIfDue(in: &group)
        }
      } catch {
        // A question that was broken off says nothing: what was delivered is saved all the same.
        guard Task.isCancelled else { throw error }
      }
      // What is not answered soon is broken off: whether it was taken nobody knows, so it comes again.
      group.cancelAll()
      while let happening = await group.nextResult() {
        if case .success(let happening) = happening { run.take(happening) }
      }
      return isQuiet
    }
    if let fault = run.fault { throw fault }
    run.noteCaughtUp()
    if run.isOurs, let progress = run.queue.takeProgress() {
      run.isOurs = try await Self.save(progress, run.deliverer, run.epoch)
    }
    try Task.checkCancellation()
    return isQuiet && run.isOurs
  }

  private var isQuiet: Bool {
    deliverer.endsWhenQuiet && saving == nil && !isPausing && queue.isQuiet(at: deliverer.now())
      && (!outbox.hasMore || queue.room == 0)
  }

  // MARK: Reading

  /// In steps: a page for each entry that goes would be a question for each.
  private var mayRead: Bool { outbox.hasMore && queue.room > 0 && queue.untried <= page / 2 }

  private mutating func read() async throws {
    guard mayRead else { return }
    noteCaughtUp()
    // Those that are open are read again when their turn comes: there may be thousands.
    outbox.forget(upTo: queue.position)
    let limit = wasInVain ? queue.room : min(queue.room, page - queue.untried)
    let found = try await outbox.read(after: queue.reached, limit: limit)
    wasInVain = found.wanted.isEmpty
    queue.add(found.wanted, reached: found.reached)
  }

  /// It had all that there was when the end of the journal was seen last; what came since may have waited for it.
  private mutating func noteCaughtUp() {
    guard queue.hasAll, let instant = outbox.endSeenAt else { return }
    outbox.caughtUpAt = instant
    queue.noteCaughtUp(at: instant)
  }

  // MARK: Sending

  private mutating func begin(in group: inout ThrowingTaskGroup<Happening, any Error>) {
    while queue.exposed + (saving ?? 0) < Self.mostExposed {
      let moment = ContinuousClock.now
      if let wait = pace.wait(at: moment) {
        if queue.hasNext(at: deliverer.now()) { pause(until: wait, in: &group) }
        break
      }
      guard let next = queue.next(at: deliverer.now()) else { break }
      pace.begin(at: moment)
      send(next, in: &group)
    }
    wait(in: &group)
  }

  private func send(
    _ next: DeliveryQueue.Wanted, in group: inout ThrowingTaskGroup<Happening, any Error>
  ) {
    // One that had to wait is read again: an erasure may have passed it.
    let known = queue.isOpen(next.seq) ? nil : outbox[next.seq]
    let (store, sendEntry) = (deliverer.store, sendEntry)
    group.addTask {
      do {
        guard let found = try await OutboxReader.fresh(known, next.seq, in: store) else {
          // What was pruned meanwhile nobody can send any more.
          return .ended(next, .pruned)
        }
        return .ended(next, await Self.send(found, sendEntry))
      } catch {
        guard Task.isCancelled else { throw error }
        return .ended(next, .broken)
      }
    }
  }

  /// At an end what is under way has a moment to be answered: it would come again, with what ended behind it.
  private static func send(
    _ found: OutboxReader.Found, _ sendEntry: @escaping Deliverer.Send
  ) async -> DeliveryQueue.End {
    let sending = Task { await sendEntry(found.entry, found.standing) }
    return await withTaskCancellationHandler {
      await sending.value
    } onCancel: {
      Task {
        try? await Task.sleep(for: Self.grace)
        sending.cancel()
      }
    }
  }

  private static let grace = Duration.seconds(2)

  private mutating func pause(
    until instant: ContinuousClock.Instant,
    in group: inout ThrowingTaskGroup<Happening, any Error>
  ) {
    guard !isPausing else { return }
    isPausing = true
    group.addTask {
      try? await Task.sleep(until: instant, clock: .continuous)
      return .paused
    }
  }

  /// At the end of the journal the store tells when it has grown; whatever else is due has time for a second.
  private mutating func wait(in group: inout ThrowingTaskGroup<Happening, any Error>) {
    if !isListening, mayRead {
      // A page with little that is wanted: the next one waits for nothing.
      isListening = true
      group.addTask { .heard }
    } else if !isListening, !outbox.hasMore, queue.room > 0 {
      isListening = true
      let (store, reached) = (deliverer.store, queue.reached)
      group.addTask {
        do {
          try await store.waitForEntries(after: reached)
        } catch {
          guard Task.isCancelled else { throw error }
        }
        return .heard
      }
    }
    if !isTicking {
      isTicking = true
      group.addTask {
        try? await Task.sleep(for: Self.lookInterval)
        return .ticked
      }
    }
  }

  private mutating func take(_ happening: Happening) {
    switch happening {
    case .heard:
      isListening = false
      outbox.hasMore = true
    case .ticked: isTicking = false
    case .paused: isPausing = false
    case .saved(.success(let isOurs)):
      saving = nil
      self.isOurs = self.isOurs && isOurs
    case .saved(.failure(let error)):
      saving = nil
      fault = error
    case .ended(let entry, let end):
      if end != .broken { outbox.forget(entry.seq) }
      queue.end(entry, end, at: deliverer.now())
      let changes = queue.takeChanges()
      // Whoever delivers now tells what becomes of it.
      if isOurs { for change in changes { deliverer.tell(change) } }
    }
  }

  // MARK: Saving

  private mutating func saveIfDue(in group: inout ThrowingTaskGroup<Happening, any Error>) {
    guard saving == nil, queue.unsaved >= Self.savedAfter || .now - savedAt >= Self.saveInterval
    else {
      return
    }
    savedAt = .now
    guard let progress = queue.takeProgress() else { return }
    lookedAt = .now
    saving = Int(progress.delivered + progress.failures)
    let (deliverer, epoch) = (deliverer, epoch)
    group.addTask {
      do {
        return .saved(.success(try await Self.save(progress, deliverer, epoch)))
      } catch {
        return .saved(.failure(error))
      }
    }
  }

  /// A save is never broken off: what it has to say nobody says again.
  private static func save(
    _ progress: DeliveryProgress, _ deliverer: Deliverer, _ epoch: Int64
  ) async throws -> Bool {
    try await Task {
      try await deliverer.store.save(progress, of: deliverer.endpoint.name, epoch: epoch)
    }.value
  }

  /// Sees that a command has changed the endpoint also where nothing is saved.
  private mutating func look() async throws(StoreError) {
    guard isOurs, saving == nil, .now - lookedAt >= Self.lookInterval else { return }
    lookedAt = .now
    let record = try await deliverer.store.endpoints().first { $0.name == deliverer.endpoint.name }
    isOurs = record?.epoch == epoch
  }
}
