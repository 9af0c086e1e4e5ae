import Carrier
import Foundation
import HTTPClient
import TrackingFile
import Views

extension DaemonSocket {
  /// Prints the daemon's figures. Those of its process are among them.
  func showMetrics() async throws {
    let answer = try await ask("http://localhost/metrics", accept: "text/plain;version=0.0.4")
    StandardOutput.write(String(decoding: answer.body, as: UTF8.self))
  }

  /// Prints whether the last good poll is young enough, and in forms for scripts the status before it.
  /// - Parameter longest: how old it may be.
  /// - Returns: whether it is.
  func check(longest: Duration, _ form: Form) async throws -> Bool {
    let json = try await ask(url(["status"], [("format", "json")])).body
    let age = PollAge(
      try SaidStatus(json).report, longest: longest.wholeSeconds, now: currentTime())
    switch form.name {
    case "json":
      let members = json[..<(json.lastIndex(of: UInt8(ascii: "}")) ?? json.endIndex)]
      StandardOutput.write(Array(members) + Array(",\"check\":\(age.json.text)}\n".utf8))
    case "csv":
      let status = try await ask(url(["status"], form.query)).body
      let more = CSVText.bytes(flattening: .object([("check", age.json)]))
      // The titles are there already.
      StandardOutput.write(status + more.drop { $0 != UInt8(ascii: "\n") }.dropFirst())
    default:
      StandardOutput.write(age.text)
    }
    return age.isGood
  }
}

/// What the daemon says of its polls.
private struct SaidStatus: Decodable {
  struct Source: Decodable {
    var name: String
    var host: String
    var error: String?
    var lastSuccessAt: String?
  }

  var running: Bool
  var sources: [Source]
  var storeError: String?

  /// - Throws: `DaemonSocketFault` where it is no status.
  init(_ json: [UInt8]) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      self = try decoder.decode(Self.self, from: Data(json))
    } catch {
      throw DaemonSocketFault("the daemon's answer is no status; is it of another version?", .bug)
    }
  }

  /// As far as it is about polls.
  var report: StatusReport {
    var report = StatusReport(
      sources: sources.map { source in
        var state = SourceState(name: source.name, host: source.host)
        state.error = source.error
        state.lastSuccess = source.lastSuccessAt.flatMap { EventTime($0)?.seconds }
        return state
      })
    report.storeError = storeError
    // Which process it is does not matter to the age of a poll.
    report.writer = running ? "colisd" : nil
    return report
  }
}
