import ArgumentParser
import ParcelStore
import Views

/// `colisd rejects`: lines that could not be read.
struct RejectsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rejects", abstract: "List the lines that could not be read.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: ListOptions

  @Option(name: .long, help: ArgumentHelp("Only of this file.", valueName: "name"))
  var file: String?

  @OptionGroup var source: SourceOption

  @OptionGroup var bound: LimitOption

  /// How many are read and printed at once: of the longest lines, some megabytes.
  private static let page = 500

  func run() async throws {
    let configuration = try options.read()
    if let daemon = configuration.daemonSocket {
      let isCut = try await daemon.list(
        ["rejects"], [("file", file), ("source", source.name)], limit: bound.limit ?? .max,
        .init(output), empty: "no rejected lines")
      if isCut, let limit = bound.limit { StandardError.writeLine("\(limit), and more; --limit") }
      return
    }
    let store = try await configuration.openStore(for: .reading)
    try await source.expectKnown(store)
    let hasSources = try await store.sources().count > 1
    var place: RejectCursor?
    var (printer, count) = (PagePrinter<RejectList>(output), 0)
    let limit = bound.limit ?? .max
    let progress = ListProgress("lines")
    defer { progress.finish() }
    // Of one file they are not counted.
    let all =
      progress.isShown && file == nil && source.name == nil
      ? try await store.counts().rejected : nil
    repeat {
      let page = try await RejectPage.read(
        store, file: file, source: source.name, after: place, limit: min(Self.page, limit - count))
      printer.print(RejectList(page.lines, isFirst: count == 0, hasSources: hasSources))
      count += page.lines.count
      place = page.next
      progress.show(count, of: all.map { min($0, limit) })
    } while count < limit && place != nil
    printer.finish("no rejected lines")
    if place != nil { StandardError.writeLine("\(count), and more; --limit") }
  }
}
