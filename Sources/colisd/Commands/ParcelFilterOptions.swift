import ArgumentParser
import Views

/// Which parcels a list has.
struct ParcelFilterOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "Only with one of these statuses, such as delivered,returned.", valueName: "status"),
    completion: KnownWords.statuses)
  var status: [String] = []

  @Flag(
    name: .long,
    help: "Only parcels that have not ended: not delivered, returned, lost, damaged or cancelled.")
  var open = false

  @Option(
    name: .long, help: ArgumentHelp("Only under this account ID.", valueName: "id"),
    completion: KnownWords.accountIDs)
  var accountId: String?

  @Option(
    name: .long, help: ArgumentHelp("Only of this contract.", valueName: "id"),
    completion: KnownWords.contracts)
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

  func validate() throws { try ValidationError.of(question.validate) }

  /// As a URL has it.
  var query: [(String, String?)] {
    status.map { ("status", $0) } + [
      ("open", open ? "1" : nil), ("account-id", accountId), ("contract", contract),
      ("order", order), ("postcode", postcode), ("site", site), ("stuck", stuck),
      ("pickup-due", pickupDue),
    ] + times.query
  }

  /// The same for all ways in which it can be asked.
  var question: ParcelsQuestion {
    var question = ParcelsQuestion(names: .options)
    (question.status, question.isOpen) = (status, open)
    (question.accountID, question.contract, question.order) = (accountId, contract, order)
    (question.postcode, question.site, question.times) = (postcode, site, times.asked)
    (question.stuck, question.pickupDue) = (stuck, pickupDue)
    return question
  }
}
