import Carrier
import ParcelStore

/// Whether the drop was read lately, for monitoring that looks at exit codes.
struct PollAge {
  let isGood: Bool
  /// What is so, and what to do where it is not good.
  let sentence: String
  private let age: Int64?
  private let longest: Int64

  /// - Parameters:
  ///   - store: nil: there is none yet.
  ///   - longest: how old the last good poll may be.
  ///   - now: seconds since 1970.
  init(
    _ configuration: Configuration, _ store: (any EventStore)?, longest: Duration, now: Int64
  ) async throws {
    self.longest = longest.wholeSeconds
    let isRunning = configuration.isRunning
    // A clock that was set back makes no poll too old.
    let last = try await store?.note(PollNotes.lastSuccess).flatMap { Int64($0) }
    age = last.map { max(0, now - $0) }
    if let age, let last, age <= self.longest {
      isGood = true
      sentence = "the last good poll was \(spokenAge(age)) ago, at \(WallClock.utc(seconds: last))"
      return
    }
    isGood = false
    var parts: [String] = []
    if let age, let last {
      parts.append(
        "the last good poll was \(spokenAge(age)) ago, at \(WallClock.utc(seconds: last)), and "
          + "\(spokenAge(self.longest)) are allowed")
    } else {
      parts.append("the drop of \(configuration.source.host) was never polled")
    }
    let errors = [PollNotes.error, PollNotes.ownError]
    var told: [String] = []
    for key in errors { if let text = try await store?.note(key) { told.append(text) } }
    if !told.isEmpty { parts.append("the last error: " + told.joined(separator: "; ")) }
    if !isRunning { parts.append("no daemon runs: start colisd") }
    sentence = parts.joined(separator: "; ")
  }

  var json: JSON {
    .object([
      ("ok", .bool(isGood)), ("sentence", .string(sentence)), ("age", JSON(age)),
      ("max_age", .integer(longest)),
    ])
  }
}

/// A span of time as people say it: `40 s`, `12 min`, `5 h`, `10 days`.
func spokenAge(_ seconds: Int64) -> String {
  switch seconds {
  case ..<120: "\(seconds) s"
  case ..<7_200: "\(seconds / 60) min"
  case ..<172_800: "\(seconds / 3_600) h"
  default: "\(seconds / 86_400) days"
  }
}
