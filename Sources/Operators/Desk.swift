import Carrier
import ParcelStore
import Views

/// What operators, support staff and programs can ask. The commands show the same values.
///
/// Nothing that is asked here changes anything.
public protocol Desk: Sendable {
  /// Opens the store, or gives the open one.
  /// - Throws: `StoreError` if there is none yet, or if it can't be read.
  var store: any StoreReader { get throws(StoreError) }

  /// How long a parcel waits at a pick-up point.
  var deadline: PickupDeadline { get }

  /// What the daemon is doing, and how much the store holds.
  func status() async throws -> StatusReport

  /// Only how the polls went: quick.
  func polls() async throws -> StatusReport

  /// All contracts with their feeds.
  func contracts() async throws -> ContractsReport

  /// Rows that may not come in yet, and rows that were counted and not kept.
  func held() async throws -> HeldList

  /// How far the endpoints of webhooks have got: those of the configuration, then what else the store knows.
  func webhooks() async throws -> [WebhookState]

  /// Why a parcel's events say what they say.
  func explanation(of found: ParcelQuestion.Case) async throws -> ParcelExplanation

  /// Whether the process is alive, or why not.
  func health() async -> Health

  /// Whether it does what it is for, or why not.
  func readiness() async -> Readiness

  /// The figures for monitoring.
  /// - Parameter accept: the Accept header of who asks.
  /// - Returns: the content type, and the text.
  func metrics(accept: String?) async throws -> (type: String, bytes: [UInt8])
}
