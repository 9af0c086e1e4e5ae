import ArgumentParser
import Carrier
import ParcelStore
import Views

/// `colisd explain NUMBER`: why each event of a parcel says what it says.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say where each event of a parcel comes from, and why its status is what it is.",
    discussion: """
      Of each event: file and line, layout, the rule of the status map with its place, the map's version, the \
      gate's verdict, when it was received, and why it decides the current status or does not. Held rows and \
      lines that could not be read are named with their reason. Which other files brought an event again is looked \
      for in the copies that retention.raw keeps, for two seconds at most, the newest files first.
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Option(
    name: .long, help: ArgumentHelp("Only under this account ID.", valueName: "id"),
    completion: KnownWords.accountIDs)
  var accountId: String?

  @Argument(
    help: ArgumentHelp(
      "The parcel number, with or without postcode and spaces.", valueName: "number"))
  var number: [String]

  func run() async throws {
    let configuration = try options.read()
    if let daemon = configuration.daemonSocket {
      let asked = try ValidationError.of { () throws(QuestionFault) in
        try AskedNumber.readOne(number)
      }
      return try await daemon.show(
        ["parcels", asked.withPostcode, "explain"], [("account-id", accountId)],
        .init(output))
    }
    let store = try await configuration.openStore(for: .reading)
    let explaining = try ParcelExplaining(configuration, store)
    let asked = try ValidationError.of { () throws(QuestionFault) in try AskedNumber.readOne(number)
    }
    let found = try await SearchBar.showing { onProgress in
      try await ParcelQuestion(asked, accountID: accountId).find(in: store, onProgress: onProgress)
    }
    let explanation = try await explaining.explain(found.timeline, found.mentions)
    output.print(explanation.json) { explanation.text }
  }
}
