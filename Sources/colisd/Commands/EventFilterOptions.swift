import ArgumentParser
import Views

/// Which events a list has.
struct EventFilterOptions: ParsableArguments {
  @OptionGroup var times: TimeOptions

  @Option(name: .long, help: ArgumentHelp("Only at this site.", valueName: "site"))
  var site: String?

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("Only these statuses, such as lost,damaged.", valueName: "status"),
    completion: KnownWords.statuses)
  var status: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only of this parcel, under every account; with or without postcode.", valueName: "number"))
  var parcel: String?

  @OptionGroup var source: SourceOption

  func validate() throws { try ValidationError.of(question.validate) }

  /// As a URL has it.
  var query: [(String, String?)] {
    status.map { ("status", $0) } + [
      ("site", site), ("parcel", parcel), ("source", source.name),
    ] + times.query
  }

  /// The same for all ways in which it can be asked.
  var question: EventsQuestion {
    var question = EventsQuestion(names: .options)
    (question.times, question.site, question.status) = (times.asked, site, status)
    (question.parcel, question.source) = (parcel, source.name)
    return question
  }
}
