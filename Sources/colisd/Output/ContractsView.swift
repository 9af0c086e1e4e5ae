import Carrier
import Contract
import Ingest
import ParcelStore

/// The contracts beside what the store knows of their feeds.
struct ContractsView {
  let contracts: ContractSet
  /// All feeds, in the order of the contracts.
  private(set) var lines: [FeedLine] = []
  private let past: FeedPast
  private let feeds: [ServiceReference: Feed]
  private let gate: Gate
  /// When the drop was looked at last: seconds since 1970; nil: it never was.
  let lookedAt: Int64?

  /// - Parameter store: nil: nothing was drained yet, so no feed has brought anything.
  init(_ contracts: ContractSet, _ store: (any EventStore)?) async throws {
    self.contracts = contracts
    let now = currentTime()
    let past = FeedPast(try await store?.feeds() ?? [])
    let lookedAt = try await store?.lookedAt()
    let rhythms = RhythmMemory()
    var feeds: [ServiceReference: Feed] = [:]
    for contract in contracts.contracts {
      for service in contract.services {
        var rhythm: DailyRhythm?
        if let store {
          rhythm = try await rhythms.rhythm(of: contract, service, past, store, lookedAt)
        }
        feeds[ServiceReference(contract: contract.id, kind: service.kind)] = contract.feed(
          of: service, past: past, rhythm: rhythm, now: now, lookedAt: lookedAt)
      }
    }
    self.past = past
    self.feeds = feeds
    self.lookedAt = lookedAt
    gate = Gate(
      contracts: contracts, today: CalendarDay(at: now), unknownAccounts: .hold, past: past)
    for contract in contracts.contracts {
      for service in contract.services {
        let feed = feed(contract, service)
        lines.append(
          FeedLine(
            contract: contract.id, service: service.kind, account: service.account,
            accountID: service.accountID, state: feed.state, nextStep: feed.nextStep,
            lastRowAt: past.present(contract, service)?.lastRowAt, isUnwatched: feed.isUnwatched,
            isBroken: feed.isBroken))
      }
    }
    lines += try await Self.lost(from: contracts, past, store)
  }

  /// Services that are in no contract any more while their rows come.
  private static func lost(
    from contracts: ContractSet, _ past: FeedPast, _ store: (any EventStore)?
  ) async throws -> [FeedLine] {
    try await store?.lostFeeds(past, contracts).map { record, feed in
      FeedLine(
        contract: record.contract, service: record.service, account: record.account.account,
        accountID: record.account.accountID, state: feed.state, nextStep: feed.nextStep,
        lastRowAt: record.lastRowAt, isBroken: feed.isBroken)
    } ?? []
  }

  /// The same, also where contracts can't be read now: of those what was noted last, and why.
  static func lenient(
    _ configuration: Configuration, _ store: (any EventStore)?
  ) async throws -> (view: Self, unreadable: [ConfigurationProblem]) {
    var contracts = ContractSet([])
    var unreadable: [ConfigurationProblem]
    do throws(ConfigurationError) {
      let folder = try ContractFolder.read(configuration.contractsDirectory)
      contracts = folder.set
      unreadable = folder.unreadable
    } catch {
      unreadable = error.problems
    }
    var view = try await Self(contracts, store)
    if !unreadable.isEmpty {
      let isInForce = try await store?.note(RulesNotes.error) != nil
      for standing in try await store?.standings() ?? [] where contracts[standing.contract] == nil {
        view.lines += FeedLine.lines(standing, view.past, isInForce: isInForce)
      }
    }
    return (view, unreadable)
  }

  func feed(_ contract: MerchantContract, _ service: ContractService) -> Feed {
    feeds[ServiceReference(contract: contract.id, kind: service.kind)]
      ?? contract.feed(of: service, past: past, now: currentTime(), lookedAt: lookedAt)
  }

  /// What to do where a feed would be silent by now, had anybody looked; nil where there is none.
  /// - Parameter isRunning: whether a daemon is at work, which then can't look.
  func unwatchedSentence(isRunning: Bool) -> String? {
    guard lines.contains(where: \.isUnwatched) else { return nil }
    let looked =
      lookedAt.map {
        "was last read \(spokenAge(currentTime() - $0)) ago, at \(WallClock.paris.rfc3339(seconds: $0))"
      } ?? "was never read"
    return "the drop \(looked), so what has come since is not known: "
      + (isRunning ? "colisd status says why" : "start colisd")
  }

  // MARK: For scripts

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
    let record = past.present(contract, service)
    func time(_ seconds: Int64?) -> JSON { JSON(seconds.map { WallClock.utc(seconds: $0) }) }
    return .object([
      ("service", .string(service.kind.rawValue)), ("account", JSON(service.account)),
      ("account_id", JSON(service.accountID)), ("feed", .string(feed.state.rawValue)),
      ("next_step", .string(feed.nextStep)), ("last_row_at", time(record?.lastRowAt)),
      ("methods", .array(service.methods.map(\.json))),
      ("first_row_at", time(record?.firstRowAt)), ("message", JSON(feed.message?.text)),
      (
        "former_accounts",
        .array(
          past.former(contract, service).map {
            .object([
              ("account", .string($0.account.account)),
              ("account_id", .string($0.account.accountID)), ("last_row_at", time($0.lastRowAt)),
            ])
          })
      ),
    ])
  }

  /// The feeds as `status --json` lists them.
  var feedsJSON: JSON {
    .array(
      lines.map { line in
        .object([
          ("contract", .string(line.contract)), ("service", .string(line.service.rawValue)),
          ("account_id", JSON(line.accountID)), ("feed", .string(line.state.rawValue)),
        ])
      })
  }

  // MARK: For people

  var text: String {
    var table = Table(["contract", "service", "account", "account ID", "feed", "last row"])
    for line in lines {
      table.add([
        line.contract, line.service.rawValue, line.account, line.accountID, line.state.rawValue,
        line.lastRowAt.map { WallClock.utc(seconds: $0) },
      ])
    }
    return lines.isEmpty ? "no contracts\n" : table.text
  }

  func details(_ contract: MerchantContract) -> String {
    var text = "Contract \(contract.id)"
    if let name = contract.name { text += ", \(singleLine(name))" }
    text += "\nplan \(contract.plan?.rawValue ?? "-")\(contract.isActive ? "" : " (not active)")\n"
    for service in contract.services { text += details(contract, service) }
    if !contract.problems.isEmpty {
      text += "\n" + contract.problems.map { "problem: \(singleLine($0.message))\n" }.joined()
    }
    return text
  }

  private func details(_ contract: MerchantContract, _ service: ContractService) -> String {
    let feed = feed(contract, service)
    var text = "\n\(service.kind.rawValue): \(singleLine(service.account ?? "-")) / "
    text += "\(singleLine(service.accountID ?? "-")), \(feed.state.rawValue)\n"
    text += "  \(singleLine(feed.nextStep))\n"
    for former in past.former(contract, service) {
      let last = former.lastRowAt.map { WallClock.paris.rfc3339(seconds: $0) } ?? "-"
      text += "  before: \(former.account), last row at \(last)"
      let reference = ServiceReference(contract: contract.id, kind: service.kind)
      let comesIn =
        gate.verdict(for: former.account) == .admitKnown(reference, otherwise: .accountChanged)
      text += comesIn ? "; rows of parcels that are known come in\n" : "\n"
    }
    for method in service.methods {
      let missing = method.missing.map(\.rawValue).joined(separator: ", ")
      let state = method.isEnabled ? "enabled, label \(method.labelPrice)" : "needs \(missing)"
      text += "  \(method.name): \(state)\n"
    }
    if let message = feed.message {
      text += "\n  Message for the advisor:\n\n"
      text += message.text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.isEmpty ? "\n" : "    \(singleLine(String($0)))\n" }.joined()
    }
    return text
  }
}

extension ShippingMethod {
  fileprivate var json: JSON {
    .object([
      ("method", .string(name)), ("enabled", .bool(isEnabled)),
      ("missing", .array(missing.map { .string($0.rawValue) })),
      ("label_price", .string(labelPrice)),
    ])
  }
}
