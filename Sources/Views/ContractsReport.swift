import Carrier
import Contract

/// The contracts with what is known of their feeds.
public struct ContractsReport: Listed {
  /// The contracts in the order of their ids.
  public let pages: [ContractPage]
  /// All feeds in the order of the contracts; after them those that are in no contract any more.
  public private(set) var feeds: [FeedLine] = []
  private let past: FeedPast
  private let lookedAt: Int64?
  private let now: Int64

  public init(_ contracts: ContractSet, _ knowledge: FeedKnowledge) {
    past = knowledge.past
    lookedAt = knowledge.lookedAt
    now = knowledge.now
    let gate = Gate(
      contracts: contracts, today: CalendarDay(at: now), unknownAccounts: .hold, past: past)
    pages = contracts.contracts.map { ContractPage($0, knowledge, gate) }
    feeds = pages.flatMap { page in
      page.services.map {
        FeedLine(page.contract, $0.service, $0.feed, lastRowAt: $0.record?.lastRowAt)
      }
    }
    feeds += knowledge.lost.map { FeedLine(lost: $0.record, $0.feed) }
  }

  /// The page of one contract.
  public subscript(id: String) -> ContractPage? { pages.first { $0.contract.id == id } }

  /// Adds a contract whose file can't be read now, by what was recorded of it last.
  /// - Parameter isInForce: whether a daemon still works with what it had read before; otherwise
  ///   the rows are held.
  public mutating func add(_ standing: ContractStanding, isInForce: Bool) {
    feeds += standing.services.map { service in
      let record = past.named.first {
        $0.contract == standing.contract && $0.service == service.kind
      }
      return FeedLine(
        service, of: standing.contract, lastRowAt: record?.lastRowAt, isInForce: isInForce)
    }
  }

  /// What to do where a feed would count as silent if anybody had listed the drop; nil where there is
  /// no such feed.
  /// - Parameter isRunning: whether a daemon is running, which then can't list the drop.
  public func unwatchedSentence(isRunning: Bool) -> String? {
    guard feeds.contains(where: \.isUnwatched) else { return nil }
    let looked =
      lookedAt.map {
        "was last read \(spokenAge(now - $0)) ago, at \(WallClock.paris.rfc3339(seconds: $0))"
      } ?? "was never read"
    return "the drop \(looked), so what has come since is not known: "
      + (isRunning ? "colisd status says why" : "start colisd")
  }

  /// Of the CSV, which has a line for each feed, as the table has.
  public static let keys = [
    "contract", "service", "account", "account_id", "feed", "last_row_at", "next_step",
  ]

  public var objects: [JSON] { pages.map(\.json) }

  public var csv: [UInt8] { CSVText.bytes(feeds.map(\.row), titles: Self.keys) }

  public var text: String { feeds.text }
}
