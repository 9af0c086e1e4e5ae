import ArgumentParser
import Ingest
import Views

extension CheckCommand {
  /// `check FILE`: what would happen to the file, row by row.
  func check(_ file: String) async throws {
    let configuration = try options.read()
    var rules = try RulesLoader(configuration: configuration).load().rules
    if let source {
      let names = configuration.sources.map(\.name)
      guard names.contains(source) else {
        throw ValidationError(
          "there is no source \"\(singleLine(source))\"; the configuration has "
            + singleLine(names.joined(separator: ", ")))
      }
      rules = rules.of(source)
    }
    let (places, used) = (try configuration.readRulePlaces(), rules)
    let store = try configuration.storeIfThere()
    let report = try await withStopSignals { [limit] in
      try await FileCheck.read(file, used, places, store, limit: limit)
    }
    if report.counts.rows > report.rows.count {
      StandardError.writeLine(
        "\(report.rows.count) of \(report.counts.rows) rows are shown; --limit")
    }
    output.print(report.json) { report.text }
    if !report.isGood { throw ExitStatus.incomplete }
  }
}
