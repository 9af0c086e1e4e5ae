import ArgumentParser
import Carrier
import ParcelStore
import Status
import Views

/// Which events a list has.
struct EventFilterOptions: ParsableArguments {
  @OptionGroup var times: TimeOptions

  @Option(name: .long, help: ArgumentHelp("Only at this site.", valueName: "site"))
  var site: String?

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("Only these statuses, such as lost,damaged.", valueName: "status"))
  var status: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only of this parcel, under every account; with or without postcode.", valueName: "number"))
  var parcel: String?

  @OptionGroup var source: SourceOption

  func validate() throws {
    if let site, site.allSatisfy(\.isWhitespace) {
      throw ValidationError("--site must not be empty")
    }
    _ = try StatusWords.read(status)
    _ = try number()
  }

  private func number() throws -> ParcelNumber? {
    guard let parcel else { return nil }
    if let number = TrackingKey(parcel)?.parcel { return number }
    if parcel.count >= AskedNumber.shortestOther, let number = ParcelNumber(any: parcel) {
      return number
    }
    throw ValidationError(
      "--parcel: \"\(singleLine(parcel))\" is no parcel number: it has 12 letters and digits, and the postcode "
        + "may follow (75012, B1000, L1234)")
  }

  /// - Returns: nil when all events are meant.
  func filter() throws -> EventFilter? {
    var filter = EventFilter()
    (filter.since, filter.until) = (times.since?.seconds, times.until?.end)
    (filter.site, filter.source) = (site, source.name)
    filter.statuses = try StatusWords.read(status)
    filter.parcel = try number()
    let isSet =
      [filter.since, filter.until].contains { $0 != nil }
      || [site, source.name, parcel].contains { $0 != nil } || filter.statuses != nil
    return isSet ? filter : nil
  }
}
