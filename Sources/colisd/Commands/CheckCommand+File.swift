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
    let store = try await configuration.storeIfThere()
    let reports = try await withStopSignals { [limit] in
      try await FileCheck.read(file, used, places, store, limit: limit)
    }
    for report in reports where report.counts.rows > report.rows.count {
      StandardError.writeLine(
        "\(reports.count > 1 ? "\(singleLine(report.file)): " : "")\(report.rows.count) of "
          + "\(report.counts.rows) rows are shown; --limit")
    }
    // Of an archive an array, as it has members.
    let json = reports.count == 1 ? reports[0].json : .array(reports.map(\.json))
    output.print(
      json, csv: { CSVText.bytes(reports.flatMap(\.objects), titles: FileCheckReport.keys) },
      otherwise: { reports.map(\.text).joined(separator: "\n") })
    if !reports.allSatisfy(\.isGood) { throw ExitStatus.incomplete }
  }
}
