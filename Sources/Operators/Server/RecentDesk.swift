import Carrier
import ParcelStore
import Views

/// A desk whose dear answers are found once a second, however many ask for them.
struct RecentDesk: Desk {
  private let desk: any Desk
  private let recentStatus = Recent<StatusReport>()
  private let recentContracts = Recent<ContractsReport>()
  private let recentHeld = Recent<HeldList>()
  private let recentWebhooks = Recent<[WebhookState]>()

  init(_ desk: any Desk) { self.desk = desk }

  var store: any StoreReader { get throws(StoreError) { try desk.store } }
  var deadline: PickupDeadline { desk.deadline }

  func status() async throws -> StatusReport { try await recentStatus.value(desk.status) }
  func polls() async throws -> StatusReport { try await desk.polls() }
  func contracts() async throws -> ContractsReport {
    try await recentContracts.value(desk.contracts)
  }
  func held() async throws -> HeldList { try await recentHeld.value(desk.held) }
  func webhooks() async throws -> [WebhookState] {
    try await recentWebhooks.value(desk.webhooks)
  }
  func explanation(of found: ParcelQuestion.Case) async throws -> ParcelExplanation {
    try await desk.explanation(of: found)
  }
  func health() async -> Health { await desk.health() }
  func readiness() async -> Readiness { await desk.readiness() }
  func metrics(accept: String?) async throws -> (type: String, bytes: [UInt8]) {
    try await desk.metrics(accept: accept)
  }
}
