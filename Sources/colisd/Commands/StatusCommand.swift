import ArgumentParser
import Carrier
import ParcelStore
import Views

/// `colisd status`: what the daemon is doing.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what the daemon is doing: last poll, counts, feeds.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: ListOptions

  @Flag(
    name: .long,
    help: "Print figures in the text format of Prometheus, for node_exporter's textfile collector.")
  var metrics = false

  @Flag(
    name: .long,
    help: "Only say whether the last good poll is young enough; 69 when it is not.")
  var check = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How old the last good poll may be for --check (default: 15m, or three poll intervals where that is more).",
      valueName: "age"))
  var maxAge: String?

  func validate() throws {
    if metrics, output.json || output.csv {
      throw ValidationError("--metrics is a form of its own: leave --json and --csv out")
    }
    if metrics, check { throw ValidationError("--metrics and --check exclude each other") }
    guard let maxAge else { return }
    if !check { throw ValidationError("--max-age is only for --check") }
    guard let age = Duration(configuration: maxAge), age > .zero else {
      throw ValidationError("--max-age must be an age such as 15m, not \(singleLine(maxAge))")
    }
  }

  func run() async throws {
    let configuration = try options.read()
    if check { return try await check(configuration) }
    if let daemon = configuration.daemonSocket {
      if metrics { return try await daemon.showMetrics() }
      return try await daemon.show(["status"], [], .init(output))
    }
    let store = try await configuration.openStore(for: .reading)
    let status = try await StatusReport.read(configuration, store)
    if metrics {
      StandardOutput.write(status.metrics)
    } else {
      output.print(
        status.json, csv: { CSVText.bytes(flattening: status.json) }, otherwise: { status.text })
    }
  }

  private func check(_ configuration: Configuration) async throws {
    let longest =
      maxAge.flatMap { Duration(configuration: $0) }
      ?? configuration.sources.map { $0.poll.interval * 3 }.reduce(.seconds(900), max)
    if let daemon = configuration.daemonSocket {
      let isGood = try await daemon.check(longest: longest, .init(output))
      if !isGood { throw ExitStatus.unreachable }
      return
    }
    let store = try await configuration.storeIfThere()
    let polls = try await StatusReport.readPolls(configuration, store)
    let age = PollAge(polls, longest: longest.wholeSeconds, now: currentTime())
    var members: [(key: String, value: JSON)] = []
    if output.json || output.csv, let store {
      members = try await StatusReport.read(configuration, store).members
    }
    let json = JSON.object(members + [("check", age.json)])
    output.print(json, csv: { CSVText.bytes(flattening: json) }, otherwise: { age.text })
    if !age.isGood { throw ExitStatus.unreachable }
  }
}
