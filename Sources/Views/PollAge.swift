import Carrier

/// Whether the drop was read lately, for monitoring that looks at exit codes.
public struct PollAge: Sendable {
  public let isGood: Bool
  /// What is so, and what to do where it is not good.
  public let sentence: String
  private let age: Int64?
  private let longest: Int64

  /// - Parameters:
  ///   - status: only its sources, polls and errors are used.
  ///   - longest: how old the last good poll may be: seconds.
  ///   - now: seconds since 1970.
  public init(_ status: StatusReport, longest: Int64, now: Int64) {
    self.longest = longest
    // Where the clock was set back no poll is too old.
    age = status.polls.lastSuccess.map { max(0, now - $0) }
    let source = status.sources.oldest
    let isOneOfMany = status.sources.count > 1
    let last =
      if let age, let time = status.polls.lastSuccess {
        "the last good poll \(isOneOfMany ? "of source \(source?.name ?? "") " : "")was "
          + "\(spokenAge(age)) ago, at \(TextForm.time(time))"
      } else if isOneOfMany {
        "source \(source?.name ?? "") was never polled with success"
      } else {
        "the drop of \(source?.host ?? "") was never polled"
      }
    if let age, age <= longest {
      isGood = true
      sentence = last
      return
    }
    isGood = false
    var parts = [age == nil ? last : "\(last), and \(spokenAge(longest)) are allowed"]
    let errors = [source?.error, status.storeError].compactMap { $0 }
    if !errors.isEmpty { parts.append("the last error: " + errors.joined(separator: "; ")) }
    if status.writer == nil { parts.append("no daemon runs: start colisd") }
    sentence = parts.joined(separator: "; ")
  }

  public var json: JSON {
    .object([
      ("ok", .bool(isGood)), ("sentence", .string(sentence)), ("age", JSON(age)),
      ("max_age", .integer(longest)),
    ])
  }

  public var text: String { "\(isGood ? "ok   " : "error")  \(singleLine(sentence))\n" }
}
