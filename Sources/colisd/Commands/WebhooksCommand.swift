import ArgumentParser

/// `colisd webhooks`: the endpoints that are sent each event.
struct WebhooksCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "webhooks",
    abstract: "List the endpoints of webhooks, try one out, or have events sent again.",
    subcommands: [
      WebhooksListCommand.self, WebhooksParkedCommand.self, WebhooksTestCommand.self,
      WebhooksReplayCommand.self, WebhooksResumeCommand.self,
    ],
    defaultSubcommand: WebhooksListCommand.self)
}
