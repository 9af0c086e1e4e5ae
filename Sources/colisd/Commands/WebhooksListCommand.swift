import ArgumentParser
import ParcelStore
import Views

struct WebhooksListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract:
      "List the endpoints: delivered up to where, what waits, what is parked and why (the default)."
  )

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: ListOptions

  func run() async throws {
    let configuration = try options.read()
    if let daemon = configuration.daemonSocket {
      return try await daemon.show(["webhooks"], [], .init(output))
    }
    let store = try await configuration.openStore(for: .reading)
    output.print(try await WebhookList.read(configuration, store))
  }
}
