import ParcelStore

/// The endpoints of webhooks.
public struct WebhookList: Listed {
  /// In the order of the configuration, then those that are configured no more.
  public let states: [WebhookState]

  public init(_ states: [WebhookState]) { self.states = states }

  public static let keys = WebhookState.keys + ["waiting_deliveries", "parked_deliveries"]

  public var objects: [JSON] { states.map(\.json) }

  // MARK: For people

  public var text: String {
    guard !states.isEmpty else { return "no webhooks\n" }
    return endpoints.text + sentences + parked
  }

  private var endpoints: Table {
    var table = Table(
      [
        "name", "server", "state", "delivered up to", "behind", "waiting", "parked",
        "last delivery",
      ],
      numbers: [3, 4, 5, 6], least: ["server"])
    for state in states {
      table.add([
        state.name, state.server, state.phase.rawValue, state.record.map { "\($0.position)" },
        "\(state.behind)", "\(state.counts.waiting)", "\(state.counts.parked)",
        state.record?.lastDelivery.map { TextForm.time($0) },
      ])
    }
    return table
  }

  private var sentences: String {
    let lines = states.flatMap { state in
      (state.faults + [state.note].compactMap { $0 }).map { singleLine("\(state.name): \($0)") }
    }
    return lines.isEmpty ? "" : "\n" + lines.map { $0 + "\n" }.joined()
  }

  private var parked: String {
    let shown = states.flatMap { state in
      state.parked.map { ParkedDelivery(endpoint: state.name, delivery: $0) }
    }
    guard !shown.isEmpty else { return "" }
    let more = states.compactMap { state -> String? in
      let rest = state.counts.parked - state.parked.count
      let name = singleLine(state.name)
      return rest > 0
        ? "and \(groupedNumber(rest)) more of \(name): colisd webhooks parked \(name)\n" : nil
    }
    return "\n" + ParkedList(shown).text + more.joined()
  }
}

// MARK: - For scripts

extension WebhookState {
  fileprivate static let keys = [
    "name", "server", "state", "position", "last_seq", "behind", "waiting", "parked",
    "pending_since", "caught_up_at", "delivered", "failures", "last_delivery_at", "stopped_at",
    "outage",
  ]

  public var json: JSON {
    .object(
      members + [
        ("waiting_deliveries", .array(waiting.map { .object($0.members) })),
        ("parked_deliveries", .array(parked.map { .object($0.members) })),
      ])
  }

  /// The same without single deliveries, which hold what the endpoint answered.
  public var summary: JSON { .object(members) }

  private var members: [(key: String, value: JSON)] {
    [
      ("name", .string(name)), ("server", JSON(server)), ("state", .string(phase.rawValue)),
      ("position", JSON(record?.position)), ("last_seq", .integer(lastSeq)),
      ("behind", .integer(behind)), ("waiting", JSON(counts.waiting)),
      ("parked", JSON(counts.parked)), ("pending_since", JSON(utc: pendingSince)),
      ("caught_up_at", JSON(utc: record?.caughtUpAt)),
      ("delivered", .integer(record?.delivered ?? 0)),
      ("failures", .integer(record?.failures ?? 0)),
      ("last_delivery_at", JSON(utc: record?.lastDelivery)),
      ("stopped_at", JSON(utc: record?.stoppedAt)), ("outage", record?.outage?.json ?? .null),
    ]
  }
}

extension EndpointOutage {
  fileprivate var json: JSON {
    .object([
      ("since", JSON(utc: since)), ("tries", JSON(tries)), ("next_try_at", JSON(utc: nextAt)),
      ("status", JSON(fault.status)), ("reason", .string(fault.reason)),
    ])
  }
}
