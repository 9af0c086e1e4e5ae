import ArgumentParser
import Ingest
import ParcelStore
import TrackingFile
import Views

struct HeldListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the held rows by account and reason, and the skipped ones (the default).")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: ListOptions

  @Flag(name: .long, help: "List the rows themselves, as they came.")
  var rows = false

  @Flag(name: .long, help: "List the accounts whose rows were counted and not kept.")
  var skipped = false

  @Option(
    name: .long, help: ArgumentHelp("With --rows: only of this account ID.", valueName: "id"),
    completion: KnownWords.accountIDs)
  var accountId: String?

  @Option(name: .long, help: ArgumentHelp("With --rows: at most so many.", valueName: "count"))
  var limit: Int?

  /// How many rows are read and printed at once.
  private static let page = 500

  func validate() throws {
    if rows, skipped {
      throw ValidationError("--rows and --skipped are two lists: ask for one of them")
    }
    if !rows, limit != nil || accountId != nil {
      throw ValidationError("--limit and --account-id are for the list of rows: add --rows")
    }
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
  }

  func run() async throws {
    let configuration = try options.read()
    if let daemon = configuration.daemonSocket {
      if rows {
        let isCut = try await daemon.list(
          ["held"], [("rows", "1"), ("account-id", accountId)], limit: limit ?? .max,
          .init(output), empty: "no rows are held")
        if isCut, let limit { StandardError.writeLine("\(limit), and more; --limit") }
        return
      }
      return try await daemon.show(
        ["held"], [("skipped", skipped ? "1" : nil)], .init(output))
    }
    let store = try await configuration.openStore(for: .reading)
    if rows { return try await listRows(store) }
    if skipped { return output.print(SkippedList(try await store.skipped())) }
    output.print(try await HeldList.read(configuration, store))
  }

  private func listRows(_ store: any StoreReader) async throws {
    let accounts = try await HeldPage.accounts(store, accountID: accountId)
    var (printer, count) = (PagePrinter<HeldRowList>(output), 0)
    let limit = limit ?? .max
    let progress = ListProgress("rows")
    defer { progress.finish() }
    let all = progress.isShown && accountId == nil ? try await store.counts().held : nil
    var place: HeldPlace?
    repeat {
      let page = try await HeldPage.read(
        store, of: accounts, after: place, limit: min(Self.page, limit - count))
      printer.print(HeldRowList(page.rows, isFirst: printer.isFirst))
      count += page.rows.count
      progress.show(count, of: all.map { min($0, limit) })
      place = page.next
    } while place != nil && count < limit
    printer.finish("no rows are held")
    if place != nil { StandardError.writeLine("\(count), and more; --limit") }
  }
}
