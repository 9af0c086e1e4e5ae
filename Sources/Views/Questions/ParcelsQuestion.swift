import Carrier
import ParcelStore
import Status

/// Which parcels are asked for, in the words of a command's options or of a URL's parameters.
public struct ParcelsQuestion: Sendable {
  /// Each a status, or several with commas between them.
  public var status: [String] = []
  /// Only parcels that have not ended.
  public var isOpen = false
  public var accountID: String?
  public var contract: String?
  public var order: String?
  public var postcode: String?
  public var site: String?
  public var times = AskedTimes()
  /// Such as `48h`: only parcels that have not ended and have had no event for so long.
  public var stuck: String?
  /// Such as `2d`: only parcels whose last day at a pick-up point comes within so long.
  public var pickupDue: String?
  /// How the parts are called in sentences about them.
  public let names: QuestionNames

  public init(names: QuestionNames) { self.names = names }

  public func validate() throws(QuestionFault) {
    let words = [
      ("account-id", accountID), ("contract", contract), ("order", order), ("postcode", postcode),
      ("site", site),
    ]
    for (key, word) in words where word?.allSatisfy(\.isWhitespace) == true {
      throw QuestionFault("\(names.name(key)) must not be empty", .empty(key: key))
    }
    if let postcode, !postcode.contains(where: \.isNumber) {
      throw names.fault(
        "postcode",
        "\"\(singleLine(postcode))\" is no postcode: it has digits (75012, B1000, L1234)",
        .noPostcode(text: postcode))
    }
    try times.validate()
    _ = try age(stuck, "stuck", "48h")
    _ = try age(pickupDue, "pickup-due", "2d")
    _ = try statuses()
  }

  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - pickupDays: how long a parcel waits at a pick-up point.
  public func filter(now: Int64, pickupDays: Int) throws(QuestionFault) -> ParcelFilter {
    try validate()
    var filter = ParcelFilter(
      accountID: AskedWord.text(accountID), since: times.since?.seconds)
    filter.statuses = try statuses()
    (filter.contract, filter.order, filter.postcode, filter.site) = (
      AskedWord.text(contract), AskedWord.text(order), AskedWord.postcode(postcode),
      AskedWord.text(site)
    )
    filter.until = times.until?.end
    if let age = try age(stuck, "stuck", "48h") {
      // Some events are dated a little ahead.
      filter.quiet = now - age.wholeSeconds..<now + 2 * 86_400
    }
    if let age = try age(pickupDue, "pickup-due", "2d") {
      let due = PickupDeadline(days: pickupDays).arrivals(due: now...now + age.wholeSeconds)
      filter.since = max(filter.since ?? .min, due.lowerBound)
      filter.until = min(filter.until ?? .max, due.upperBound)
    }
    return filter
  }

  private func age(
    _ text: String?, _ key: String, _ example: String
  ) throws(QuestionFault) -> Duration? {
    guard let text else { return nil }
    guard let age = Duration(asked: text), age > .zero else {
      throw names.fault(
        key,
        "\"\(singleLine(text))\" is no time: write a number and s, m, h or d, such as \(example)",
        .noAge(key: key, text: text, example: example))
    }
    return age
  }

  /// The statuses that meet all that is asked of them; nil: all.
  private func statuses() throws(QuestionFault) -> Set<ParcelStatus>? {
    var found = try StatusWords.read(status, names)
    let others: [(key: String, isGiven: Bool, statuses: Set<ParcelStatus>)] = [
      ("open", isOpen, ParcelStatus.open), ("stuck", stuck != nil, ParcelStatus.open),
      ("pickup-due", pickupDue != nil, [.readyForPickup]),
    ]
    for other in others where other.isGiven {
      let left = found.map { $0.intersection(other.statuses) } ?? other.statuses
      if let found, left.isEmpty {
        throw QuestionFault(
          "\(names.name(other.key)) and \(names.name("status")) \(StatusWords.list(found)) exclude each other: "
            + "\(names.name(other.key)) is about \(StatusWords.list(other.statuses))",
          .exclude(key: other.key, other.statuses))
      }
      found = left
    }
    return found
  }
}
