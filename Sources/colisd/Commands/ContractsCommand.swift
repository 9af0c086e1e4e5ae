import ArgumentParser
import Contract
import ParcelStore
import TrackingFile

/// `colisd contracts`: each service with its feed and its methods.
struct ContractsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "contracts", abstract: "List the contracts with the state of their feeds.",
    subcommands: [ContractsListCommand.self, ContractsShowCommand.self],
    defaultSubcommand: ContractsListCommand.self)
}

struct ContractsListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List all contracts (the default).")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let view = try await ContractsView(options.read())
    output.print(view.json) { view.text }
  }
}

struct ContractsShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one contract, with what to do next.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The contract's id.")
  var id: String

  func run() async throws {
    let view = try await ContractsView(options.read())
    guard let contract = view.contracts[id] else {
      let known = view.contracts.contracts.map(\.id).joined(separator: ", ")
      throw NotFound(description: "no contract \(singleLine(id)); there are \(known)")
    }
    output.print(view.json(contract)) { view.details(contract) }
  }
}

/// The contracts beside what the store knows of their feeds.
struct ContractsView {
  let contracts: ContractSet
  private let feeds: [FeedRecord]
  private let now: Int64

  init(_ configuration: Configuration) async throws {
    contracts = try ContractFolder.read(configuration.contractsDirectory).set
    now = currentTime()
    do throws(StoreError) {
      feeds = try await configuration.openStore(for: .reading).feeds()
    } catch {
      // Before the first drain there is no store, and no feed has brought anything.
      guard error.kind == .missing else { throw error }
      feeds = []
    }
  }

  private func record(_ contract: MerchantContract, _ service: ContractService) -> FeedRecord? {
    feeds.first {
      $0.contract == contract.id && $0.service == service.kind && $0.account == service.pair
    }
  }

  func feed(_ contract: MerchantContract, _ service: ContractService) -> Feed {
    let former = feeds.filter {
      $0.contract == contract.id && $0.service == service.kind && $0.account != service.pair
    }.max { $0.lastRowAt < $1.lastRowAt }
    return contract.feed(
      of: service, lastRowAt: record(contract, service)?.lastRowAt, formerPair: former?.account,
      now: now, today: CalendarDay(at: now))
  }

  var json: JSON { .array(contracts.contracts.map(json)) }

  func json(_ contract: MerchantContract) -> JSON {
    .object([
      ("id", .string(contract.id)), ("name", JSON(contract.name)),
      ("plan", JSON(contract.plan?.rawValue)),
      ("services", .array(contract.services.map { json(contract, $0) })),
      ("problems", .array(contract.problems.map { .string($0.message) })),
    ])
  }

  private func json(_ contract: MerchantContract, _ service: ContractService) -> JSON {
    let feed = feed(contract, service)
    return .object([
      ("service", .string(service.kind.rawValue)), ("account", JSON(service.account)),
      ("account_id", JSON(service.accountID)), ("feed", .string(feed.state.rawValue)),
      ("next_step", .string(feed.nextStep)),
      (
        "last_row_at",
        JSON(record(contract, service).map { WallClock.utc(seconds: $0.lastRowAt) })
      ),
      (
        "methods",
        .array(
          service.methods.map { method in
            .object([
              ("method", .string(method.name)), ("enabled", .bool(method.isEnabled)),
              ("missing", .array(method.missing.map { .string($0.rawValue) })),
              ("label_price", .string(method.labelPrice)),
            ])
          })
      ),
    ])
  }

  /// The feeds as `status --json` lists them.
  var feedsJSON: JSON {
    .array(
      contracts.contracts.flatMap { contract in
        contract.services.map { service in
          .object([
            ("contract", .string(contract.id)), ("service", .string(service.kind.rawValue)),
            ("account_id", JSON(service.accountID)),
            ("feed", .string(feed(contract, service).state.rawValue)),
          ])
        }
      })
  }

  var text: String {
    var table = Table(["contract", "service", "account", "account ID", "feed", "last row"])
    for contract in contracts.contracts {
      for service in contract.services {
        table.add([
          contract.id, service.kind.rawValue, service.account, service.accountID,
          feed(contract, service).state.rawValue,
          record(contract, service).map { WallClock.utc(seconds: $0.lastRowAt) },
        ])
      }
    }
    return contracts.contracts.isEmpty ? "no contracts\n" : table.text
  }

  func details(_ contract: MerchantContract) -> String {
    var text = "Contract \(contract.id)"
    if let name = contract.name { text += ", \(singleLine(name))" }
    text += "\nplan \(contract.plan?.rawValue ?? "-")\(contract.isActive ? "" : " (not active)")\n"
    for service in contract.services {
      let feed = feed(contract, service)
      text +=
        "\n\(service.kind.rawValue): \(service.account ?? "-") / \(service.accountID ?? "-"), "
      text += "\(feed.state.rawValue)\n  \(singleLine(feed.nextStep))\n"
      for method in service.methods {
        let missing = method.missing.map(\.rawValue).joined(separator: ", ")
        text +=
          "  \(method.name): \(method.isEnabled ? "enabled, label \(method.labelPrice)" : "needs \(missing)")\n"
      }
    }
    if !contract.problems.isEmpty {
      text += "\n" + contract.problems.map { "problem: \(singleLine($0.message))\n" }.joined()
    }
    return text
  }
}
