import ArgumentParser
import Carrier
import Foundation
import Ingest
import Logging
import ParcelStore
import TrackingFile

/// Where the configuration is.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The configuration file (default: $COLISD_CONFIG, then \(Configuration.defaultPath)).",
      valueName: "file"))
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
  func openForReading() throws -> any EventStore { try read().openStore(for: .reading) }
}

/// Whether the result is for scripts.
struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Print JSON.")
  var json = false

  /// Prints JSON, or what the closure gives for people.
  func print(_ value: @autoclosure () -> JSON, otherwise text: () -> String) {
    if json { StandardOutput.writeLine(value().text) } else { StandardOutput.write(text()) }
  }
}

extension Configuration {
  /// The logger that the configuration describes.
  func logger() -> Logger { log.logger() }
}

extension Configuration.Log {
  func logger() -> Logger {
    let format: LogLine.Format =
      switch self.format {
      case .json: .json
      case .text: .text
      case .journald: .journald
      case .auto: StandardError.isTerminal ? .text : .journald
      }
    LastWord.setForm(format)
    let level = Logger.Level(rawValue: level) ?? .info
    return Logger(label: "colisd") { _ in
      LogLine(format: format, level: level, now: currentTime)
    }
  }
}

/// Seconds since 1970 by this machine's clock.
@Sendable
func currentTime() -> Int64 { Int64(Date().timeIntervalSince1970) }

extension Configuration {
  /// Reads the rules and tells of contract files that are none; contracts that are not complete are
  /// told by `FeedWatch`, when they become so.
  func loadRules(_ logger: Logger) throws(ConfigurationError) -> Rules {
    try load(logger).rules
  }

  func load(_ logger: Logger) throws(ConfigurationError) -> RulesLoader.Result {
    let loaded = try RulesLoader(configuration: self).load()
    for problem in loaded.unreadable {
      logger.warning("config.refused", metadata: ["error": "\(problem)"])
    }
    for note in loaded.notTaken { logger.warning("config.note", metadata: ["error": "\(note)"]) }
    for warning in warnings {
      logger.warning("config.refused", metadata: ["error": "\(path): \(warning)"])
    }
    return loaded
  }
}

/// A time that a person types: `2026-08-28`, `2026-08-28T11:42:10` (both by the wall clock of Paris),
/// RFC 3339, or an age such as `72h`.
struct TimeArgument: ExpressibleByArgument {
  /// Seconds since 1970.
  var seconds: Int64

  init?(argument: String) {
    if let age = Duration(configuration: argument) {
      seconds = currentTime() - age.wholeSeconds
    } else if let time = EventTime(argument) {
      seconds = time.seconds
    } else {
      return nil
    }
  }
}
