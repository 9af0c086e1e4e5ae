import ArgumentParser
import Carrier
import ParcelStore
import Status
import Views

/// Which parcels a list has.
struct ParcelFilterOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "Only with one of these statuses, such as delivered,returned.", valueName: "status"))
  var status: [String] = []

  @Flag(
    name: .long,
    help: "Only parcels that have not ended: not delivered, returned, lost, damaged or cancelled.")
  var open = false

  @Option(name: .long, help: ArgumentHelp("Only under this account ID.", valueName: "id"))
  var accountId: String?

  @Option(name: .long, help: ArgumentHelp("Only of this contract.", valueName: "id"))
  var contract: String?

  @Option(name: .long, help: ArgumentHelp("Only of this order reference.", valueName: "reference"))
  var order: String?

  @Option(name: .long, help: ArgumentHelp("Only with this postcode.", valueName: "postcode"))
  var postcode: String?

  @Option(name: .long, help: ArgumentHelp("Only with an event at this site.", valueName: "site"))
  var site: String?

  @OptionGroup var times: TimeOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only parcels that have not ended and have had no event for so long, such as 48h.",
      valueName: "age"))
  var stuck: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Only parcels that wait for pick-up and whose last day there comes within so long, such as 2d; see \
      pickup-days.
      """, valueName: "time"))
  var pickupDue: String?

  func validate() throws {
    let words = [
      ("--account-id", accountId), ("--contract", contract), ("--order", order),
      ("--postcode", postcode), ("--site", site),
    ]
    for (name, word) in words where word?.allSatisfy(\.isWhitespace) == true {
      throw ValidationError("\(name) must not be empty")
    }
    if let postcode, !postcode.contains(where: \.isNumber) {
      throw ValidationError(
        "--postcode: \"\(singleLine(postcode))\" is no postcode: it has digits (75012, B1000, L1234)"
      )
    }
    _ = try age(stuck, "--stuck", "48h")
    _ = try age(pickupDue, "--pickup-due", "2d")
    _ = try statuses()
  }

  private func age(_ text: String?, _ name: String, _ example: String) throws -> Duration? {
    guard let text else { return nil }
    guard let age = Duration(configuration: text), age > .zero else {
      throw ValidationError(
        "\(name): \"\(singleLine(text))\" is no time: write a number and s, m, h or d, such as \(example)"
      )
    }
    return age
  }

  /// The statuses that meet all that is asked of them; nil: all.
  private func statuses() throws -> Set<ParcelStatus>? {
    var found = try StatusWords.read(status)
    let others: [(name: String, isGiven: Bool, statuses: Set<ParcelStatus>)] = [
      ("--open", open, ParcelStatus.open), ("--stuck", stuck != nil, ParcelStatus.open),
      ("--pickup-due", pickupDue != nil, [.readyForPickup]),
    ]
    for other in others where other.isGiven {
      let left = found.map { $0.intersection(other.statuses) } ?? other.statuses
      if let found, left.isEmpty {
        throw ValidationError(
          "\(other.name) and --status \(StatusWords.names(found)) exclude each other: "
            + "\(other.name) is about \(StatusWords.names(other.statuses))")
      }
      found = left
    }
    return found
  }

  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - pickupDays: how long a parcel waits at a pick-up point.
  func filter(now: Int64, pickupDays: Int) throws -> ParcelFilter {
    var filter = ParcelFilter(accountID: accountId, since: times.since?.seconds)
    filter.statuses = try statuses()
    (filter.contract, filter.order, filter.postcode, filter.site) = (
      contract, order, postcode, site
    )
    filter.until = times.until?.end
    if let age = try age(stuck, "--stuck", "48h") {
      // Some events are dated a little ahead.
      filter.quiet = now - age.wholeSeconds..<now + 2 * 86_400
    }
    if let age = try age(pickupDue, "--pickup-due", "2d") {
      let due = PickupDeadline(days: pickupDays).arrivals(due: now...now + age.wholeSeconds)
      filter.since = max(filter.since ?? .min, due.lowerBound)
      filter.until = min(filter.until ?? .max, due.upperBound)
    }
    return filter
  }
}
