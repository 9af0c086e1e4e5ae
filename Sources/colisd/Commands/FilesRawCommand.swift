import ArgumentParser
import Carrier
import Ingest
import ParcelStore
import Views

/// `colisd files raw`: gives a file back as it was fetched.
struct FilesRawCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "raw",
    abstract: "Give back a file as it was fetched, from the copy that retention.raw keeps.",
    discussion: """
      The bytes are compared with the SHA-256 of the ledger first. A gzip file is given back as gzip; of \
      drop.zip!a.csv the member a.csv, and of drop.zip the archive. colisd ingest reads what comes out. \
      On a terminal control characters are shown as escapes.
      """)

  @OptionGroup var chosen: LedgerFileOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where it is written; a file that is there is replaced when all is written. Standard output otherwise.",
      valueName: "file"))
  var output: String?

  func run() async throws {
    let (configuration, store, file) = try await chosen.find(for: .reading)
    let files = RawFiles(store)
    let copy = try await files.copy(of: file)
    guard let copy, copy.removedAt == nil, copy.sha256 != nil else {
      throw NotFound(
        reason(copy, of: file, isOn: configuration.rawRetention != nil))
    }
    if let output {
      try await withStopSignals {
        let target = try OutputFile(output)
        try await files.write(file, copy) { try target.write($0) }
        try target.publish()
      }
      StandardError.writeLine("\(chosen.name) is written to \(singleLine(output))")
    } else {
      let isTerminal = StandardOutput.columns != nil
      try await files.write(file, copy) { isTerminal ? Self.show($0) : StandardOutput.write($0) }
    }
    if let redacted = copy.redactedAt {
      StandardError.writeLine(
        "\(chosen.name) is not as it came: lines about erased parcels were taken out on "
          + "\(CalendarDay(at: redacted))")
    }
  }

  /// Shows bytes on a terminal, without any character that could control it: the file may be hostile.
  private static func show(_ bytes: [UInt8]) {
    StandardOutput.write(String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n"))
  }

  /// Why there is nothing to give back, and what to do.
  private func reason(_ copy: RawCopy?, of file: LedgerFile, isOn: Bool) -> String {
    let name = chosen.name
    if let removed = copy?.removedAt {
      let day = CalendarDay(at: removed)
      return isOn
        ? "the copy of \(name) was removed on \(day): it was older than retention.raw, or lines that were to be "
          + "erased could not be taken out of it"
        : "the copy of \(name) was removed on \(day): retention.raw is not set any more"
    }
    if copy != nil {
      return
        "the copy of \(name) is not whole: its reading broke off, and begins again at the next poll"
    }
    guard isOn else {
      return
        "no copy of \(name) is kept: retention.raw is not set; with retention: { raw: 30d } in the "
        + "configuration the files that are read from then on are kept"
    }
    if file.layout == nil || [.settling, .held].contains(file.state) {
      return "\(name) was not read: \(singleLine(file.error ?? file.state.rawValue))"
    }
    return
      "no copy of \(name) is kept: it was read before retention.raw was set; if it is still in the drop, "
      + "colisd files retry has it read and kept"
  }
}
