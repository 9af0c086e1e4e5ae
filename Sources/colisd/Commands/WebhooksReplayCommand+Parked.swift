import Carrier
import ParcelStore
import Views

extension WebhooksReplayCommand {
  /// How many parked entries are taken up at once: whoever delivers begins again after each time.
  private static let parkedAtOnce = 500
  /// How many entries are sent again by one call, and a page more. While twice as many are open an endpoint gets nothing
  /// that is new.
  private static let mostEntries = 5_000

  /// What is sent again.
  private struct Tally {
    var parcels: Set<ParcelNumber> = []
    var entries = 0
    /// Parked entries that are in the journal no more.
    var gone = 0

    mutating func add(_ other: Tally) {
      parcels.formUnion(other.parcels)
      entries += other.entries
      gone += other.gone
    }
  }

  /// Has each parcel with a parked entry sent again. Each page is whole for itself, so what an interruption leaves is
  /// parked still.
  func replayParked(
    _ record: EndpointRecord?, _ store: some EventStore
  ) async throws -> String {
    var (tally, reached) = (Tally(), Int64(0))
    while tally.entries < Self.mostEntries {
      let parked = try await store.openDeliveries(
        of: chosen.name, parked: true, after: reached, limit: Self.parkedAtOnce)
      guard let last = parked.last else { break }
      tally.add(try await replay(parked, store))
      reached = last.seq
    }
    guard let record, tally.entries + tally.gone > 0 else { return "has nothing parked" }
    let parcels =
      tally.parcels.count == 1 ? "1 parcel" : "\(groupedNumber(tally.parcels.count)) parcels"
    var sentence = "gets \(countedEntries(tally.entries)) of \(parcels) again"
    if tally.gone > 0 {
      sentence +=
        "; \(countedEntries(tally.gone)) that \(tally.gone == 1 ? "was" : "were") parked can't be "
        + "sent: retention has deleted \(tally.gone == 1 ? "it" : "them")"
    }
    let left = try await store.openDeliveryCounts(of: chosen.name).parked
    if left > 0 {
      sentence +=
        "; \(countedEntries(left)) \(left == 1 ? "stays" : "stay") parked: give the command again when these have arrived"
    }
    return sentence + waits(record)
  }

  private func replay(
    _ parked: [OpenDelivery], _ store: some EventStore
  ) async throws -> Tally {
    var tally = Tally(parcels: Set(parked.map(\.parcel)))
    var seqs = try await store.seqs(of: tally.parcels)
    // One whose entry is deleted is taken up as well: whoever delivers closes it.
    for delivery in parked where seqs[delivery.parcel]?.contains(delivery.seq) != true {
      seqs[delivery.parcel, default: []].append(delivery.seq)
      tally.gone += 1
    }
    let entries = try await store.replay(chosen.name, seqs, at: currentTime())
    // Somebody else may have taken some up meanwhile.
    tally.entries = max(0, entries - tally.gone)
    return tally
  }
}
