import Foundation
import Testing

/// The table of log events in docs/operations.md and what the program writes are the same.
@Suite struct LogEventTests {
  private struct Row {
    var event: String
    var level: String
    var meaning: String
    var advice: String
  }

  private func table() throws -> [Row] {
    let text = try String(
      contentsOf: clone.appending(path: "docs/operations.md"), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let start = try #require(lines.firstIndex { $0.hasPrefix("| event | level | fields |") })
    return lines[start...].prefix { $0.hasPrefix("|") }.dropFirst(2).map { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      return Row(
        event: cells[1].replacing("`", with: ""), level: cells[2], meaning: cells[4],
        advice: cells[5])
    }
  }

  /// The names of events that stand in the program's source.
  private func written() throws -> Set<String> {
    let families = [
      "poll", "source", "file", "row", "held", "code", "contract", "config", "drain", "daemon",
      "webhook", "delivery", "map", "events", "prune", "parcel", "erase", "log", "heartbeat",
    ]
    let literal = try Regex(#""(?:\#(families.joined(separator: "|")))(?:\.[a-z]+)+""#)
    // Whatever its name: a line of the log, or a fault that is to be one.
    let logged = try Regex(
      #"(?:logger\.(?:trace|debug|info|notice|warning|error|critical)\(|logger\.log\(\s*level: [^,]+,|event:)\s*"[a-z]+(?:\.[a-z]+)+""#
    )
    var names: Set<String> = []
    let folder = clone.appending(path: "Sources/colisd")
    let files = try #require(FileManager.default.enumerator(atPath: folder.path))
    for case let name as String in files where name.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      for match in text.matches(of: literal) + text.matches(of: logged) {
        let quoted = text[match.range].split(separator: "\"", omittingEmptySubsequences: false)
        names.insert(String(quoted[quoted.count - 2]))
      }
    }
    let word = try String(
      contentsOf: clone.appending(path: "Sources/CLastWord/last_word.c"), encoding: .utf8)
    if word.contains("process.crashed") { names.insert("process.crashed") }
    return names
  }

  @Test func everyEventIsInTheTableAndEveryRowIsAnEvent() throws {
    let documented = Set(try table().map(\.event).filter { !$0.isEmpty })
    let written = try written()
    #expect(written.subtracting(documented).sorted() == [], "not in docs/operations.md")
    #expect(documented.subtracting(written).sorted() == [], "not in Sources/colisd")
    #expect(written.count > 40)
  }

  @Test func everyRowSaysWhatItMeansAndWhatToDo() throws {
    let levels = ["debug", "info", "notice", "warning", "error", "critical"]
    for row in try table() {
      #expect(levels.contains { row.level.contains($0) }, "\(row)")
      #expect(!row.meaning.isEmpty && !row.advice.isEmpty, "\(row)")
    }
  }

  @Test func theNamesThatOperatorsScriptAgainstStay() throws {
    let promised = """
      poll.started poll.finished poll.failed source.connected source.hostkey.refused file.settling file.started
      file.ingested file.failed file.moved row.rejected row.held held.released code.unmapped code.remapped
      contract.live contract.silent contract.reconfiguration config.reloaded config.refused drain.finished
      drain.failed daemon.started daemon.stopped poll.recovered webhook.failed
      webhook.recovered webhook.parked
      """
    let names = promised.split { $0 == " " || $0 == "\n" }.map(String.init)
    #expect(Set(names).subtracting(try written()).isEmpty)
  }
}
