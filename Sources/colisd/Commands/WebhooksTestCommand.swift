import ArgumentParser
import Views

/// `colisd webhooks test`: tries the way to an endpoint out.
struct WebhooksTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Send an endpoint a test message, and say what it answered.",
    discussion: """
      The message has the type webhook.test and is about no parcel. It is signed like all others, sent at once, and not \
      tried again; what waits for the endpoint stays as it is. 69 when the endpoint is out of reach or does not answer \
      with 2xx.
      """)

  @OptionGroup var options: ConfigurationOptions

  @Argument(help: "The endpoint's name.", completion: KnownWords.endpoints)
  var name: String

  func run() async throws {
    let configuration = try options.read()
    let webhooks = configuration.webhooks
    guard let webhook = webhooks.first(where: { $0.name == name }) else {
      throw NotFound(endpoint: name, among: webhooks.map(\.name))
    }
    let endpoint = try webhook.endpoint()
    let sentence = try await WebhookTrial.run(endpoint, configuration.session())
    StandardOutput.writeLine(singleLine(sentence))
  }
}
