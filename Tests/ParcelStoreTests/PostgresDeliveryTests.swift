import Carrier
import ParcelStore
import Postgres
import PostgresStore
import TestSupport
import Testing

/// Endpoints of webhooks in a PostgreSQL store: beside commits, and beside the version before.
@Suite(.postgreSQLSchemas) struct PostgresDeliveryTests {
  private let settings: PostgresSettings

  init() async throws {
    settings = PostgresSettings(url: try await PostgreSQLServer.shared().makeSchema())
  }

  private func open(_ access: StoreAccess = .writing) async throws -> PostgresEventStore {
    try await PostgresEventStore.open(settings, for: access)
  }

  /// Otherwise a long ingest would hold up what is delivered meanwhile.
  @Test func aSaveWaitsForNoCommitOfItsProcess() async throws {
    let store = try await open()
    try await store.commit([Row()])
    let epoch = try await store.takeEndpoint("shop", after: nil, at: Samples.now).epoch
    let other = try await PostgresConnection.open(settings)
    try await other.run("BEGIN")
    try await other.run("SELECT sequence FROM store FOR UPDATE")
    let commit = Task { try await store.commit([Row(site: "B")], path: "b.csv") }
    let looking = try await PostgresConnection.open(settings)
    try await eventually("the commit waits") {
      try await looking.run(
        """
        SELECT EXISTS(SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)
          WHERE NOT l.granted AND a.query LIKE '%store%' AND l.pid <> pg_backend_pid())
        """
      ).first?.bool(0) == true
    }
    #expect(try await store.save(DeliveryProgress(position: 1), of: "shop", epoch: epoch))
    #expect(try await store.endpoints().map(\.epoch) == [epoch])
    try await other.run("COMMIT")
    #expect(try await commit.value.lastSeq == 2)
  }

  /// The position may be one of entries that are missing there, and its numbers come again.
  @Test func onAnotherTimelineNobodySaysHowFarTheFormerOneGot() async throws {
    let store = try await open()
    try await store.commit([Row()])
    let epoch = try await store.takeEndpoint("shop", after: 0, at: Samples.now).epoch
    #expect(try await store.save(DeliveryProgress(position: 1), of: "shop", epoch: epoch))
    let incarnation = try await store.incarnation()
    // As on a replica that was promoted.
    try await PostgresConnection.open(settings).run("UPDATE store SET timeline = timeline + 1")
    #expect(try await !store.save(DeliveryProgress(position: 7), of: "shop", epoch: epoch))
    #expect(try await store.incarnation() != incarnation)
    let taken = try await store.takeEndpoint("shop", after: nil, at: Samples.now)
    #expect(taken.position == 1 && taken.epoch > epoch + 1)
    #expect(try await store.save(DeliveryProgress(position: 1), of: "shop", epoch: taken.epoch))
  }

  /// Whoever erases does not miss the answer of a save that is under way.
  @Test func aSaveWaitsForWhoWantsToBeAlone() async throws {
    let store = try await open()
    try await store.commit([Row()])
    let epoch = try await store.takeEndpoint("shop", after: nil, at: Samples.now).epoch
    let other = try await PostgresConnection.open(settings)
    try await other.run("BEGIN")
    try await other.run("LOCK TABLE change_count IN EXCLUSIVE MODE")
    try await other.run(
      "INSERT INTO erasure(seq, number, account, at) VALUES(2, '991122334455', 0, 1)")
    var progress = DeliveryProgress(position: 1)
    progress.open = [
      OpenDelivery(
        seq: 1, parcel: Samples.parcel, state: .parked(at: 1), tries: 9,
        fault: DeliveryFault(status: 400, reason: "it answered 400", answer: "75012"))
    ]
    let next = progress
    let save = Task { try await store.save(next, of: "shop", epoch: epoch) }
    let looking = try await PostgresConnection.open(settings)
    try await eventually("the save waits") {
      try await looking.run(
        "SELECT EXISTS(SELECT 1 FROM pg_locks WHERE relation = 'change_count'::regclass AND NOT granted)"
      ).first?.bool(0) == true
    }
    try await other.run("COMMIT")
    #expect(try await save.value)
    let open = try await store.openDeliveries(of: "shop", parked: true, after: 0, limit: 9)
    #expect(open.map(\.fault?.status) == [400] && open.map(\.fault?.answer) == [nil])
  }

  @Test func aStoreOfTheVersionBeforeIsBroughtUpToDateWhileThatOneGoesOn() async throws {
    let before = try await open()
    try await before.commit([Row()])
    let session = try await PostgresConnection.open(settings)
    for statement in [
      "DROP TABLE endpoint", "DROP TABLE open_delivery", "DROP TABLE open_delivery_count",
      "DROP FUNCTION count_open_delivery_inserted, count_open_delivery_changed, count_open_delivery_deleted",
      "DELETE FROM schema_version WHERE version = 2",
    ] { try await session.run(statement) }

    let error = try await storeError { _ = try await open(.reading) }
    #expect(error.kind == .unusable && error.reason.contains("older version"), "\(error)")
    let store = try await open()
    try await before.commit([Row(site: "B")], path: "b.csv")
    #expect(try await store.takeEndpoint("shop", after: nil, at: Samples.now).position == 2)
    #expect(try await open(.reading).endpoints().map(\.name) == ["shop"])
    #expect(
      try await session.run("SELECT oldest_writer FROM store").first?.integer(0) == 1)
    #expect(try await store.check(.full).isGood)
  }

  /// Otherwise the answer would stay in the table's pages.
  @Test func anErasedAnswerOwesAVacuum() async throws {
    let store = try await open()
    let epoch = try await store.takeEndpoint("shop", after: nil, at: Samples.now).epoch
    var progress = DeliveryProgress(position: 0)
    progress.open = [
      OpenDelivery(
        seq: 1, parcel: Samples.parcel, state: .parked(at: 1), tries: 9,
        fault: DeliveryFault(status: 400, reason: "it answered 400", answer: "75012"))
    ]
    #expect(try await store.save(progress, of: "shop", epoch: epoch))
    try await EventStorePromises.erase(store, Samples.number("AB1234567890"), of: nil)
    #expect(try await store.erasureDebt().isRewriteOwed == false)
    // Of the parcel nothing else is known.
    try await EventStorePromises.erase(store, of: nil)
    #expect(try await store.erasureDebt().isRewriteOwed)
  }
}
