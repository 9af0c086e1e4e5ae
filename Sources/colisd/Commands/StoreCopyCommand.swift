import ArgumentParser
import Ingest
import ParcelStore
import Views

/// `colisd store copy`: moves a store to another file or server.
struct StoreCopyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Move a store to another database: SQLite, PostgreSQL.",
    discussion: """
      URLs are those of store.url: sqlite:PATH or postgresql://HOST/DATABASE. Everything comes along, each event with \
      its seq, and followers go on. Both stores are compared range by range, by counts and digests, and what differs \
      is written again: a run that was ended goes on where it was. Beside a running daemon all is copied that is \
      there, and the command ends with 75; stop the daemon then and run it again, and only what has changed since is \
      written. When both are equal the store that was copied is marked, and nothing writes to it any more. Nothing \
      uses the new one before.

      A password comes from store.password where a URL is that of store.url, otherwise from where libpq looks for it \
      (PGPASSWORD, ~/.pgpass).
      """)

  @OptionGroup var options: ConfigurationOptions

  @Option(name: .long, help: ArgumentHelp("The store that is copied.", valueName: "url"))
  var from: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where it goes: an empty database, a file that does not exist yet, or what an earlier run has begun.",
      valueName: "url"))
  var to: String

  func validate() throws {
    _ = try Configuration.StoreLocation(argument: from, of: "--from")
    _ = try Configuration.StoreLocation(argument: to, of: "--to")
    if from == to { throw ValidationError("--from and --to are the same store") }
  }

  func run() async throws {
    let configured = try configured()
    let old = try Configuration.StoreLocation(argument: from, of: "--from")
      .withPassword(of: configured)
    let new = try Configuration.StoreLocation(argument: to, of: "--to").withPassword(of: configured)
    let bar = ProgressBar()
    let (report, name) = try await withStopSignals { [bar] in
      defer { bar?.finish() }
      let source = try await old.copySource()
      let target = try await new.copyTarget(from: try await source.head(), named: source.name)
      let copying = StoreCopying(source, to: target) { done, all in
        bar?.show(done, of: all, "ranges")
      }
      return (try await copying.run(), target.name)
    }
    guard let user = report.user else {
      StandardOutput.writeLine(
        "the store is moved to \(singleLine(name)): \(Self.counts(report)); \(Self.ranges(report)), and all are equal"
      )
      StandardOutput.writeLine(
        "set store.url to it; the store that was copied is written to no more")
      return
    }
    StandardError.writeLine(
      "colisd: the copy is not complete, as the store is in use (\(singleLine(user))): \(Self.ranges(report)); "
        + "stop the daemon and run this again, and only what has changed since is written")
    throw ExitStatus.leased
  }

  /// The store of the configuration, whose password may be needed; nil: there is none.
  private func configured() throws -> Configuration.StoreLocation? {
    // Whoever names a file wants it to be read.
    if options.config != nil { return try options.read().store }
    return try? options.read().store
  }

  private static func ranges(_ report: CopyReport) -> String {
    let changed =
      report.left > 0 ? ", \(report.left) of them changed meanwhile" : ""
    return "\(report.written) of \(report.ranges) ranges were written\(changed)"
  }

  private static func counts(_ report: CopyReport) -> String {
    [
      ("parcel", "parcels"), ("event", "events"), ("file", "files"), ("held", "held rows"),
      ("reject", "rejected lines"),
    ].map { table, noun in "\(report.rows[table] ?? 0) \(noun)" }.joined(separator: ", ")
  }
}
