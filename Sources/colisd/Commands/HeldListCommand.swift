import ArgumentParser
import Carrier
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
    let store = try configuration.openStore(for: .reading)
    if rows { return try await listRows(store) }
    if skipped { return output.print(SkippedList(try await store.skipped())) }
    output.print(try await HeldList.read(configuration, store))
  }

  private func listRows(_ store: any StoreReader) async throws {
    var accounts = try await store.heldAccounts()
    if let accountId {
      accounts = accounts.filter { $0.account.accountID == accountId }
      if accounts.isEmpty { throw NotFound(heldRowsOf: accountId) }
    }
    var (printer, count) = (PagePrinter(output), 0)
    let limit = limit ?? .max
    var isCut = false
    let progress = ListProgress("rows")
    defer { progress.finish() }
    let all = progress.isShown && accountId == nil ? try await store.counts().held : nil
    for account in accounts {
      var cursor = HeldCursor()
      while let run = try await store.heldRun(of: account.account, after: cursor, limit: Self.page)
      {
        guard count < limit else {
          isCut = true
          break
        }
        let rows = run.rows(of: account)
        isCut = rows.count > limit - count
        printer.print(HeldRowList(Array(rows.prefix(limit - count)), isFirst: printer.isFirst))
        count += min(rows.count, limit - count)
        progress.show(count, of: all.map { min($0, limit) })
        if isCut { break }
        cursor = run.last
      }
      if isCut { break }
    }
    printer.finish("no rows are held")
    if isCut { StandardError.writeLine("\(count), and more; --limit") }
  }
}
