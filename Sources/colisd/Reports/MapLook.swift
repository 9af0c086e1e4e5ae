import Ingest
import ParcelStore
import Status
import Views

/// What the configured status map would change in the store, for `colisd check`.
struct MapLook {
  let configuration: Configuration
  /// Nil: there is none yet, or it can't be read.
  let store: (any StoreReader)?

  /// Nil: nothing, or the store or the map can't be read, which is reported where they are checked.
  var sentence: String? {
    get async {
      guard let store, let map = try? configuration.readStatusMap(),
        let change = try? await store.change(to: map)
      else { return nil }
      if change.wordings.isEmpty { return try? await store.mapInForce()?.unfinished }
      let count = change.wordings.count
      let what =
        "\(count) known \(count == 1 ? "wording means" : "wordings mean") something else by it"
      let lost = change.lost.count
      let reason =
        lost > 0
        ? ", and \(lost) of them would be unmapped, so it waits for colisd remap --yes"
        : "; a daemon or a drain changes that by itself"
      return "\(what)\(reason); colisd remap --dry-run shows them"
    }
  }
}
