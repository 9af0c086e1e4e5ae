import Contract
import ParcelStore

/// Delivers to one endpoint until its task is cancelled: reads the journal, sends, and saves how far it has got.
///
/// Of several processes on one store one delivers for an endpoint, by a duty; another one takes it over when that one
/// gives it back, or is silent for longer than its lease. What the earlier one saves then is refused, so an entry may be
/// sent twice, and none is taken for delivered that was not.
public struct Deliverer: Sendable {
  /// Sends an entry, with how its parcel stands now. It returns soon when its task is cancelled.
  public typealias Send = @Sendable (JournalEntry, ParcelStanding) async -> DeliveryQueue.End

  let endpoint: Endpoint
  let store: any EventStore
  let limits: DeliveryQueue.Limits
  /// Those in force, with a number that changes when they do.
  let contracts: @Sendable () -> (ContractSet, revision: Int)
  /// For the store whose numbers entries have: after a backup was restored it is another one.
  let send: @Sendable (Incarnation) -> Send
  /// Seconds since 1970.
  let now: @Sendable () -> Int64
  let tell: @Sendable (DeliveryQueue.Change) -> Void
  /// Whether it ends when nothing more can be sent now.
  var endsWhenQuiet = false

  public init(
    _ endpoint: Endpoint, store: any EventStore,
    contracts: @escaping @Sendable () -> (ContractSet, revision: Int),
    send: @escaping @Sendable (Incarnation) -> Send, now: @escaping @Sendable () -> Int64,
    tell: @escaping @Sendable (DeliveryQueue.Change) -> Void
  ) {
    self.endpoint = endpoint
    self.store = store
    var limits = DeliveryQueue.Limits()
    limits.concurrency = endpoint.concurrency
    self.limits = limits
    self.contracts = contracts
    self.send = send
    self.now = now
    self.tell = tell
  }

  /// How long it waits before it asks again for a duty that another worker has.
  private static let pause = Duration.seconds(1)

  /// - Throws: `CancellationError`, when all that was delivered is saved; `StoreError`.
  public func run() async throws {
    while true {
      try Task.checkCancellation()
      guard let hold = try await takeDuty() else {
        try await Task.sleep(for: Self.pause)
        continue
      }
      _ = try await deliver(hold)
      // Where this worker can't say in time that it lives, asking at once again would change nothing.
      if !hold.isCurrent { try await Task.sleep(for: Self.pause) }
    }
  }

  /// Sends what can be sent now, and ends. Where another worker delivers it does nothing.
  /// - Throws: `CancellationError`, when all that was delivered is saved; `StoreError`.
  public func runUntilQuiet() async throws {
    var copy = self
    copy.endsWhenQuiet = true
    while let hold = try await copy.takeDuty() {
      if try await copy.deliver(hold) { return }
      if !hold.isCurrent { try await Task.sleep(for: Self.pause) }
    }
  }

  /// - Returns: false: somebody else took over, or changed the endpoint.
  private func deliver(_ hold: DutyHold) async throws -> Bool {
    do {
      let isOver = try await newRun(hold).go()
      if isOver { await giveBack() }
      return isOver
    } catch {
      await giveBack()
      throw error
    }
  }

  private func newRun(_ hold: DutyHold) async throws -> DeliveryRun {
    do {
      let record = try await store.takeEndpoint(endpoint.name, after: nil, at: now())
      let open = try await openDeliveries(parked: false, after: 0)
      let parked = try await openDeliveries(parked: true, after: record.position)
      // After the endpoint was taken: that gives a restored store its new identity.
      let send = send(try await store.incarnation())
      return DeliveryRun(self, record, open: open + parked, hold, send)
    } catch {
      throw Self.orCancellation(error)
    }
  }

  /// - Returns: nil: another worker has it.
  private func takeDuty() async throws -> DutyHold? {
    guard let team = store.team else { return DutyHold { true } }
    do {
      guard case .taken(let hold) = try await team.take(duty, unlessDoneWithin: nil)
      else { return nil }
      return hold
    } catch {
      throw Self.orCancellation(error)
    }
  }

  /// A store that is broken off has a fault of its own to tell. Before anything was sent it is no more than that.
  private static func orCancellation(_ error: StoreError) -> any Error {
    Task.isCancelled ? CancellationError() : error
  }

  private func giveBack() async {
    guard let team = store.team else { return }
    let duty = duty
    // Its own task: the one that ends is cancelled. What fails here the lease ends.
    await Task { try? await team.giveBack(duty, isDone: false) }.value
  }

  private var duty: Duty { .delivery(endpoint.name) }

  /// How many are read at once.
  private static let page = 1_000

  private func openDeliveries(
    parked: Bool, after seq: Int64
  ) async throws(StoreError) -> [OpenDelivery] {
    var all: [OpenDelivery] = []
    while true {
      let page = try await store.openDeliveries(
        of: endpoint.name, parked: parked, after: all.last?.seq ?? seq, limit: Self.page)
      all += page
      if page.count < Self.page { return all }
    }
  }
}
