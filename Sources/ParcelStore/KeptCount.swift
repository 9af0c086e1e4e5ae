/// A count that a store keeps, so that asking for it takes no longer in a large store.
package enum KeptCount: Hashable, Sendable {
  case events, parcels, held, rejected
  /// Files of the ledger, by state.
  case files(String)
  /// Open deliveries of an endpoint.
  case waiting(String)
  case parked(String)

  var text: String {
    switch self {
    case .events: "events"
    case .parcels: "parcels"
    case .held: "held rows"
    case .rejected: "rejected lines"
    case .files(let state): "files \(state)"
    case .waiting(let endpoint): "deliveries to \(endpoint) that wait"
    case .parked(let endpoint): "parked deliveries to \(endpoint)"
    }
  }
}

extension StoreCounts {
  /// Takes over counts that are kept.
  package mutating func take(_ kept: [KeptCount: Int]) {
    for (name, count) in kept {
      switch name {
      case .events: events = count
      case .parcels: parcels = count
      case .held: held = count
      case .rejected: rejected = count
      case .files(let state):
        if let state = FileState(rawValue: state), count > 0 { files[state] = count }
      // They are asked for by endpoint.
      case .waiting, .parked: break
      }
    }
  }
}

extension StoreCheck {
  /// Notes the kept counts that do not agree with the rows.
  package mutating func compare(_ kept: [KeptCount: Int], with found: [KeptCount: Int]) {
    for name in Set(kept.keys).union(found.keys).sorted(by: { $0.text < $1.text }) {
      let (kept, found) = (kept[name] ?? 0, found[name] ?? 0)
      if kept != found { counts.append(.init(name: name.text, kept: kept, found: found)) }
    }
  }
}
