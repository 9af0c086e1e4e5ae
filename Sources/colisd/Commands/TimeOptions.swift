import ArgumentParser
import Views

/// From when and until when things happened that a list has.
struct TimeOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only from this time on: 2026-08-28, RFC 3339, or an age such as 72h.", valueName: "time"))
  var since: TimeArgument?

  @Option(
    name: .long,
    help: ArgumentHelp("Only up to this time; of a day, up to its end.", valueName: "time"))
  var until: TimeArgument?

  func validate() throws {
    do throws(QuestionFault) {
      try asked.validate()
    } catch {
      throw ValidationError("--since is after --until: nothing can be between them")
    }
  }

  /// As a URL has them.
  var query: [(String, String?)] { [("since", since?.text), ("until", until?.text)] }

  var asked: AskedTimes { AskedTimes(since: since?.time, until: until?.time) }
}
