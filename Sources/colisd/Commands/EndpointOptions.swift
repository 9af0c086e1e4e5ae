import ArgumentParser
import ParcelStore
import Views

/// An endpoint of webhooks that a command is about, and the store that knows how far it has got.
struct EndpointOptions: ParsableArguments {
  @OptionGroup var options: ConfigurationOptions

  @Argument(
    help: ArgumentHelp("The endpoint, as the configuration names it.", valueName: "name"),
    completion: KnownWords.endpoints)
  var name: String

  /// The endpoint, and what is known of it.
  struct Found {
    let store: any EventStore
    /// Nil: nobody has begun to deliver to it.
    let record: EndpointRecord?
    /// What happened longer ago is not sent to it; nil: it is configured no more.
    let maxAge: Duration?
    /// Why nothing is sent to it just now, to end a sentence with; empty: a daemon does.
    let hindrance: String
  }

  /// Opens the store beside whatever runs, and looks the endpoint up.
  /// - Throws: `NotFound` where neither the configuration nor the store has it.
  func find() async throws -> Found {
    let configuration = try options.read()
    let store = try await configuration.openStore(for: .maintaining)
    try await configuration.expectKnown(endpoint: name, store)
    let record = try await store.endpoints().first { $0.name == name }
    let webhook = configuration.webhooks.first { $0.name == name }
    var hindrance = ""
    if webhook == nil {
      hindrance =
        "; it is in webhooks: of the configuration no more, so nobody delivers to it"
    } else if await !configuration.isRunning {
      hindrance = "; no daemon runs: start colisd"
    }
    return Found(
      store: store, record: record, maxAge: webhook?.maxAge, hindrance: hindrance)
  }
}

extension Configuration {
  /// - Throws: `NotFound` where neither the configuration nor the store has an endpoint of this name.
  func expectKnown(endpoint name: String, _ store: some DeliveryReader) async throws {
    let configured = webhooks.map(\.name)
    guard !configured.contains(name) else { return }
    let stored = try await store.endpoints().map(\.name)
    guard !stored.contains(name) else { return }
    throw NotFound(endpoint: name, among: configured + stored.filter { !configured.contains($0) })
  }
}
