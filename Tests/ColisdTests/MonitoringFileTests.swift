import Foundation
import TestSupport
import Testing

/// The alert rules and the dashboard name only metrics that there are, and the documentation has them all.
@Suite struct MonitoringFileTests {
  private func text(_ path: String) throws -> String {
    try String(contentsOf: clone.appending(path: path), encoding: .utf8)
  }

  /// The first cells of the tables of a document, as far as they are names in backquotes.
  private func names(in document: String, below heading: String = "") throws -> [String] {
    let text = try text(document)
    let start = heading.isEmpty ? text.startIndex : try #require(text.range(of: heading)).upperBound
    let part = text[start...]
    let end = heading.isEmpty ? nil : part.range(of: "\n## ")?.lowerBound
    return part[..<(end ?? part.endIndex)].split(separator: "\n").filter { $0.hasPrefix("| `") }
      .compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
  }

  /// Names of metrics within expressions; those of a histogram's series without their suffix.
  private func metrics(in text: String) -> Set<String> {
    let names = text.matches(of: /\b(colisd|process)_[a-z_]+/).map { String($0.output.0) }
    return Set(
      names.map { $0.hasSuffix("_bucket") ? String($0.dropLast("_bucket".count)) : $0 })
  }

  @Test(arguments: ["packaging/prometheus/colisd.rules.yml", "packaging/grafana/colisd.json"])
  func everyMetricThatIsNamedIsThere(_ path: String) throws {
    let documented = Set(try names(in: "docs/metrics.md"))
    let named = metrics(in: try text(path))
    #expect(named.count > 10)
    #expect(named.subtracting(documented).sorted() == [])
  }

  @Test func theProgramPrintsTheMetricsOfTheStoreAsTheyAreDocumented() async throws {
    let workspace = try Workspace(
      Settings(
        port: 22, username: "dupont",
        hostKey: "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", directory: "/out"
      ).withPassword())
    let file = try workspace.folder.write("a.csv", TrackingRow.samples(3).file())
    let ingested = try await workspace.run("ingest", file)
    try #require(ingested.status == Exit.done, "\(ingested.standardError)")
    let printed = try await workspace.run("status", "--metrics")
    let names = printed.lines.filter { $0.hasPrefix("# TYPE ") }.map {
      String($0.split(separator: " ")[2])
    }
    let documented = try self.names(in: "docs/metrics.md", below: "## Of the store\n")
    #expect(names == documented)
    for line in ["colisd_build_info{version=\"", "colisd_store_size_bytes ", "colisd_events "] {
      #expect(printed.lines.contains { $0.hasPrefix(line) }, "\(printed.standardOutput)")
    }
  }

  @Test func everyAlertIsDocumentedWithItsSeverity() throws {
    let rules = try text("packaging/prometheus/colisd.rules.yml")
    let alerts = rules.matches(of: /- alert: (\w+)/).map { String($0.output.1) }
    let severities = rules.matches(of: /severity: (\w+)/).map { String($0.output.1) }
    #expect(alerts.count == severities.count)
    let lines = try text("docs/monitoring.md").split(separator: "\n").filter {
      $0.hasPrefix("| `Colisd")
    }
    let rows = lines.map { line in
      line.split(separator: "|").prefix(2)
        .map { $0.replacing("`", with: "").trimmingCharacters(in: .whitespaces) }
    }
    #expect(rows == zip(alerts, severities).map { [$0, $1] })
    let tests = try text("packaging/prometheus/colisd.rules.test.yml")
    for alert in alerts {
      #expect(tests.contains("alertname: \(alert)"), "no test of \(alert)")
    }
  }

  @Test func theDashboardIsOneThatGrafanaImports() throws {
    let json = try JSONValue(text("packaging/grafana/colisd.json"))
    let panels = json.panels.elements
    let ids = panels.compactMap { $0.id.integer }
    #expect(ids.count == panels.count && Set(ids).count == ids.count)
    #expect((json.schemaVersion.integer ?? 0) >= 36)
    for panel in panels where panel.type.string != "row" {
      #expect(panel.title.string?.isEmpty == false)
      // The user's own, whatever its name.
      #expect(panel.datasource.uid.string == "${datasource}")
      #expect(!panel.targets.elements.isEmpty)
    }
  }
}

extension Settings {
  fileprivate func withPassword() -> Settings {
    var settings = self
    settings.source["password"] = "{ env: DROP_PASSWORD }"
    return settings
  }
}
