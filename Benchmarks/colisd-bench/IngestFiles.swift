import ArgumentParser
import Carrier
import Contract
import Foundation
import Ingest
import ParcelStore
import SQLiteStore
import Status
import TrackingFile

/// Ingests files into a new store as `colisd ingest` does, but commits all rows in one group. How many
/// rows `colisd` puts into a group depends on time, so its instruction counts differ from run to run.
struct IngestFiles: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest", abstract: "Ingest tracking files in one group.")

  @Argument(help: "The store's file, which must not be there.") var store: String
  @Argument(help: "Files of the benchmarks' generator.") var files: [String]

  /// As many as the generator has; see `yardsticks/generate.c`.
  private static let accounts = 500
  private static let now: Int64 = 1_798_700_000

  func run() async throws {
    guard !FileManager.default.fileExists(atPath: store) else {
      throw ValidationError("\(store) is there already; give another name")
    }
    let rules = Rules(
      reading: ReadingRules(layout: .colisPrive, settle: .none), statusMap: .builtIn,
      contracts: ContractSet((0..<Self.accounts).map(Self.contract)), unknownAccounts: .hold)
    let limits = GroupWriter.Limits(rows: .max / 8, bytes: .max / 8, delay: .seconds(86_400))
    let watch = Stopwatch()
    let summary = try await LocalFiles(
      store: try SQLiteEventStore.open(path: store, for: .writing), observer: Silent(),
      limits: limits, now: { Self.now }
    ).ingest(files, rules)
    guard summary.counts.held == 0, summary.counts.rejected == 0 else {
      throw ValidationError(
        "\(summary.counts.held) rows are held: these are not the generator's files")
    }
    printJSON([
      "rows": Double(summary.counts.rows), "events": Double(summary.counts.eventsNew),
      "cpu": watch.cpu,
    ])
  }

  private static func contract(_ number: Int) -> MerchantContract {
    let letter = Character(UnicodeScalar(UInt8(ascii: "A") + UInt8(number % 26)))
    var form = ContractForm(id: "m\(number)")
    form.subscription = .init(plan: "growth", active: "true")
    form.tracking = .init(requested: "2024-12-01")
    form.services = [
      .homeFR: ServiceForm(fields: [
        .username: "WS", .password: "given", .controlKey: "given",
        .account: "\(letter)\(number % 10)", .accountID: "EM\(200_000 + number * 7)",
      ])
    ]
    return MerchantContract(form: form)
  }

  private struct Silent: IngestObserver {
    func report(_ event: IngestEvent) {}
    func progress(_ progress: IngestProgress) {}
  }
}
