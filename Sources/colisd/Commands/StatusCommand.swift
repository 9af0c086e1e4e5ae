import ArgumentParser
import ParcelStore
import TrackingFile

/// `colisd status`: what the daemon is doing.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what the daemon is doing: last poll, counts, feeds.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Flag(
    name: .long,
    help: "Print figures in the text format of Prometheus, for node_exporter's textfile collector.")
  var metrics = false

  func validate() throws {
    if metrics, output.json { throw ValidationError("--metrics and --json exclude each other") }
  }

  func run() async throws {
    let configuration = try options.read()
    let store = try configuration.openStore(for: .reading)
    let status = try await StatusView(configuration, store)
    if metrics {
      StandardOutput.write(status.metrics)
    } else {
      output.print(status.json) { status.text }
    }
  }
}
