import ArgumentParser
import ParcelStore
import Views

/// `colisd webhooks parked`: all that was refused for the last time.
struct WebhooksParkedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parked",
    abstract: "List all parked entries, of an endpoint or of all.",
    discussion: """
      An entry is parked when it was refused ten times: it is not sent any more unless webhooks replay asks for it. What is \
      cut off is said on standard error. The table has the first line of the endpoint's answer; --json and --csv have the \
      first kilobyte.
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: ListOptions

  @Argument(
    help: ArgumentHelp("Only of this endpoint.", valueName: "name"),
    completion: KnownWords.endpoints)
  var name: String?

  @OptionGroup var bound: LimitOption

  /// How many are read and printed at once.
  private static let page = 500

  func run() async throws {
    let configuration = try options.read()
    if let daemon = configuration.daemonSocket { return try await list(asking: daemon) }
    let store = try await configuration.openStore(for: .reading)
    if let name { try await configuration.expectKnown(endpoint: name, store) }
    var place: ParkedPlace?
    var (printer, count) = (PagePrinter<ParkedList>(output), 0)
    let limit = bound.limit ?? .max
    let progress = ListProgress("entries")
    defer { progress.finish() }
    let all = progress.isShown ? try await self.count(store) : nil
    repeat {
      let page = try await ParkedPage.read(
        store, endpoint: name, after: place, limit: min(Self.page, limit - count))
      printer.print(ParkedList(page.deliveries, isFirst: printer.isFirst))
      count += page.deliveries.count
      progress.show(count, of: all.map { min($0, limit) })
      place = page.next
    } while place != nil && count < limit
    printer.finish(Self.none)
    if place != nil { sayWhatIsLeft(count, of: try await self.count(store)) }
  }

  private static let none = "nothing is parked"

  /// The same as a user who may not read the store.
  private func list(asking daemon: DaemonSocket) async throws {
    let place = ["webhooks"] + [name].compactMap { $0 } + ["parked"]
    let isCut = try await daemon.list(
      place, [], limit: bound.limit ?? .max, .init(output), empty: Self.none)
    if isCut, let limit = bound.limit {
      sayWhatIsLeft(limit, of: try await daemon.parkedCount(of: name))
    }
  }

  /// - Parameter all: counted after the list was read.
  private func sayWhatIsLeft(_ shown: Int, of all: Int) {
    StandardError.writeLine("\(shown) of \(max(all, shown)); --limit")
  }

  /// How many are parked.
  private func count(_ store: some DeliveryReader) async throws -> Int {
    var count = 0
    for endpoint in try await store.endpoints() where name == nil || name == endpoint.name {
      count += try await store.openDeliveryCounts(of: endpoint.name).parked
    }
    return count
  }
}
