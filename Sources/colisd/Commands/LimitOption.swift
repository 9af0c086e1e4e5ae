import ArgumentParser

/// How much of a list is printed at most.
struct LimitOption: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("At most so many.", valueName: "count"))
  var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
  }
}
