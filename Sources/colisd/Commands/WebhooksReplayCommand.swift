import ArgumentParser
import Carrier
import ParcelStore
import Views

/// `colisd webhooks replay`: has entries sent again.
struct WebhooksReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Have an endpoint get entries again, those of a parcel, or what is parked.",
    discussion: """
      With --from the endpoint goes back to an entry, and gets what it chooses by now of all that came since, also what \
      was parked; one that is stopped is asked again. An endpoint that is new begins there. With --parcel it gets the \
      entries of one number again that it has got to, whatever it chooses. With --parked it gets those of each number \
      that has a parked one, as later ones went on meanwhile. May be given while the daemon runs.
      """)

  @OptionGroup var chosen: EndpointOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "From this entry on, a seq or STORE_ID:SEQ with the store_id of colisd status.",
      valueName: "position"))
  var from: EventPosition?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The entries of this parcel, under every account; with or without postcode.",
      valueName: "number"))
  var parcel: String?

  @Flag(name: .long, help: "The entries of each parcel that has a parked one.")
  var parked = false

  func validate() throws {
    let ways = "--from SEQ, --parcel NUMBER or --parked"
    switch [from != nil, parcel != nil, parked].count(where: \.self) {
    case 0: throw ValidationError("say what is to be sent again: \(ways)")
    case 1: break
    default: throw ValidationError("give one of them alone: \(ways)")
    }
    _ = try number()
  }

  func run() async throws {
    let found = try await chosen.find()
    let store = found.store
    let sentence =
      if let number = try number() {
        try await replay(number, found.record, store)
      } else if parked {
        try await replayParked(found.record, store)
      } else {
        try await replay(found, store)
      }
    StandardOutput.writeLine(singleLine(chosen.name) + " " + sentence + found.hindrance)
  }

  // MARK: From an entry on

  private func replay(
    _ found: EndpointOptions.Found, _ store: some EventStore
  ) async throws -> String {
    let (first, last) = try await range(store)
    let known = found.record
    let limit = found.maxAge.map { ", not older than \($0.configurationText) (max-age)" } ?? ""
    let now = currentTime()
    let record: EndpointRecord
    if let known {
      record = known
    } else {
      record = try await store.takeEndpoint(chosen.name, after: first - 1, at: now)
    }
    if record.position < first {
      guard known == nil else { return comesByItself("\(first)", record) }
      guard first <= last else { return "begins with what comes next" }
      return "begins at \(first): it gets what it wants of "
        + "\(countedEntries(last - first + 1)), and of what comes\(limit)"
    }
    guard try await store.replay(chosen.name, from: first, at: now) else {
      return comesByItself("\(first)", record)
    }
    // Entries that are no more nobody can send.
    var kept = first
    if case .pruned(let range) = try await store.journal(after: first - 1, limit: 1).first {
      kept = range.last + 1
    }
    let sentence =
      "gets what it wants of \(countedEntries(max(0, record.position - kept + 1))) again, from \(kept) on\(limit)"
    return kept == first ? sentence : sentence + "; what was before is no more"
  }

  /// The first entry that is asked for, and the last one that there is.
  private func range(_ store: some EventStore) async throws -> (first: Int64, last: Int64) {
    guard let from else { throw ValidationError("--from SEQ is missing") }
    let incarnation = try await store.incarnation()
    guard from.isValid(in: incarnation) else {
      throw ValidationError(
        "--from: \(from) is a position of another store, and this one is \(incarnation): "
          + "colisd events shows the seq of its entries")
    }
    let last = try await store.lastSeq()
    guard from.seq <= last + 1 else {
      throw ValidationError("--from: there is no entry \(from.seq) yet, the last one is \(last)")
    }
    return (max(1, from.seq), last)
  }

  private func comesByItself(_ what: String, _ record: EndpointRecord) -> String {
    "has got up to \(record.position), so \(what) is sent without that\(waits(record))"
  }

  // MARK: Of a parcel

  private func number() throws -> ParcelNumber? {
    var question = EventsQuestion(names: .options)
    question.parcel = parcel
    return try ValidationError.of(question.filter)?.parcel
  }

  private func replay(
    _ number: ParcelNumber, _ record: EndpointRecord?, _ store: some EventStore
  ) async throws -> String {
    guard let seqs = try await store.seqs(of: [number])[number] else {
      throw NotFound("there is no entry of parcel \(number): colisd parcel \(number) tells more")
    }
    guard let record else {
      throw NotFound(
        "nothing was delivered to \(singleLine(chosen.name)) yet, so nothing is sent again; "
          + "--from says where it begins")
    }
    let count = try await store.replay(chosen.name, [number: seqs], at: currentTime())
    guard count > 0 else { return comesByItself("what there is of parcel \(number)", record) }
    return "gets \(countedEntries(count)) of parcel \(number) again\(waits(record))"
  }

  /// Why what is sent again does not go out at once; empty: it does.
  func waits(_ record: EndpointRecord) -> String {
    if record.stoppedAt != nil {
      return "; it is stopped: colisd webhooks resume \(singleLine(chosen.name)) has it asked again"
    }
    if let outage = record.outage {
      return
        "; it does not take what it is sent, and is asked again at \(TextForm.time(outage.nextAt))"
    }
    return ""
  }
}

extension Duration {
  /// As the configuration has it: `30d`.
  fileprivate var configurationText: String {
    let units: [(String, Int64)] = [("d", 86_400), ("h", 3_600), ("m", 60)]
    guard let (unit, length) = units.first(where: { wholeSeconds % $0.1 == 0 }) else {
      return "\(wholeSeconds)s"
    }
    return "\(wholeSeconds / length)\(unit)"
  }
}
