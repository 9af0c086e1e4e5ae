import Carrier
import ParcelStore
import Status

/// Which events are asked for, in the words of a command's options or of a URL's parameters.
public struct EventsQuestion: Sendable {
  public var times = AskedTimes()
  public var site: String?
  /// Each a status, or several with commas between them.
  public var status: [String] = []
  /// A parcel number, with or without postcode.
  public var parcel: String?
  /// The name of a source.
  public var source: String?
  /// How the parts are called in sentences about them.
  public let names: QuestionNames

  public init(names: QuestionNames) { self.names = names }

  public func validate() throws(QuestionFault) {
    if let site, site.allSatisfy(\.isWhitespace) {
      throw QuestionFault("\(names.name("site")) must not be empty")
    }
    try times.validate()
    _ = try StatusWords.read(status, names)
    _ = try number()
  }

  private func number() throws(QuestionFault) -> ParcelNumber? {
    guard let parcel else { return nil }
    if let number = TrackingKey(parcel)?.parcel { return number }
    if parcel.count >= AskedNumber.shortestOther, let number = ParcelNumber(any: parcel) {
      return number
    }
    throw names.fault(
      "parcel",
      "\"\(singleLine(parcel))\" is no parcel number: it has 12 letters and digits, and the postcode "
        + "may follow (75012, B1000, L1234)")
  }

  /// - Returns: nil when all events are meant.
  public func filter() throws(QuestionFault) -> EventFilter? {
    try validate()
    var filter = EventFilter()
    (filter.since, filter.until) = (times.since?.seconds, times.until?.end)
    (filter.site, filter.source) = (AskedWord.text(site), source)
    filter.statuses = try StatusWords.read(status, names)
    filter.parcel = try number()
    let isSet =
      [filter.since, filter.until].contains { $0 != nil }
      || [site, source, parcel].contains { $0 != nil } || filter.statuses != nil
    return isSet ? filter : nil
  }
}
