import ArgumentParser
import Foundation
import ParcelStore

/// Where the configuration is.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The configuration file (default: $COLISD_CONFIG, then \(Configuration.defaultPath)).",
      valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  var path: String {
    config ?? ProcessInfo.processInfo.environment["COLISD_CONFIG"] ?? Configuration.defaultPath
  }

  func read() throws(ConfigurationError) -> Configuration { try Configuration.read(path) }

  /// Also where something is wrong, as far as it can be read.
  func readAll() throws(ConfigurationError) -> ConfigurationReading {
    try ConfigurationReading(path)
  }

  /// The folder of contracts, whatever is wrong with the rest of the configuration.
  func readContracts() throws(ConfigurationError) -> String {
    let reading = try readAll()
    guard reading.isGood("contracts.directory") else { throw ConfigurationError(reading.problems) }
    return reading.configuration.contractsDirectory
  }

  /// Opens the store to look something up.
  func openForReading() async throws -> any StoreReader {
    try await read().openStore(for: .reading)
  }
}
