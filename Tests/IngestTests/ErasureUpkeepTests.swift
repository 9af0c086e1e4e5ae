import Carrier
import Foundation
import Ingest
import ParcelStore
import SQLiteStore
import TestSupport
import Testing
import TrackingFile

/// A whole erasure: of the parcel, held rows, rejected lines and copies of files, whatever interrupts it.
@Suite struct ErasureUpkeepTests {
  private static let own = pair("E1", "EM180619")
  /// The second parcel of `trackingFile`.
  private let number: ParcelNumber
  /// After the times of `trackingFile`.
  private static let bad =
    "E1;EM180619;100000000001;CMD-1;C1;Bad;31/02/2026 10:00:00;75A;75012;FR\n"

  init() throws { number = try #require(ParcelNumber(any: "100000000001")) }

  private var keeping: Rules {
    var keeping = rules()
    keeping.rawRetention = .seconds(30 * 86_400)
    return keeping
  }

  private func upkeep(_ store: any EventStore, _ witness: Witness = Witness()) -> ErasureUpkeep {
    ErasureUpkeep(store: store, observer: witness, now: fixedNow) { [.colisPrive] }
  }

  private func details(_ store: any EventStore) async throws -> [ParcelDetails] {
    try await store.timelines(of: number, accountID: nil).map(\.details)
  }

  /// Whether the copy of a file has the number.
  private func isInCopy(_ here: Installation, _ name: String) async throws -> Bool {
    let path = here.folder.file(name)
    let file = try #require(try await here.store.files(at: path).last)
    let copy = try #require(try await here.store.rawCopy(of: file.id))
    var bytes: [UInt8] = []
    try await RawFiles(here.store).write(file, copy) { bytes += $0 }
    return Data(bytes).range(of: Data("100000000001".utf8)) != nil
  }

  private func filled() async throws -> Installation {
    let here = try Installation()
    try await here.ingest("a.csv", lines(Self.own, 0..<20), Array(Self.bad.utf8), by: keeping)
    var closed = Rules([])
    closed.rawRetention = keeping.rawRetention
    try await here.ingest("held.csv", lines(Self.own, 0..<20), by: closed)
    return here
  }

  @Test func nothingOfTheRecipientStaysAndItIsReportedOnce() async throws {
    let here = try await filled()
    let summary = try await upkeep(here.store, here.witness).erase(number, of: [Self.own])
    #expect(summary.erasures.map(\.seq) == [21])
    #expect(summary.held == 5 && summary.rejected == 1 && summary.copies == 2)
    #expect(summary.rewrite == .done)
    #expect(try await details(here.store) == [ParcelDetails()])
    for name in ["a.csv", "held.csv"] { #expect(try await !isInCopy(here, name), "\(name)") }
    let told = here.witness.events.count { if case .dataErased = $0 { true } else { false } }
    #expect(told == 1)
    // Nothing is left to do.
    #expect(try await upkeep(here.store, here.witness).finish().isEmpty)
    #expect(try await here.store.counts().held == 20)
    #expect(try await here.store.check(.full).isGood)
  }

  @Test func linesThatComeAgainGoFromTheCopyOfTheirFile() async throws {
    let here = try await filled()
    _ = try await upkeep(here.store).erase(number, of: [Self.own])
    try await here.ingest("b.csv", lines(Self.own, 0..<20), Array(Self.bad.utf8), by: keeping)
    #expect(try await isInCopy(here, "b.csv"))
    #expect(try await here.store.erasureDebt().files == 1)
    let summary = try await upkeep(here.store).finish()
    #expect(summary.copies == 1 && summary.erasures.isEmpty && summary.rewrite == .done)
    #expect(try await !isInCopy(here, "b.csv"))
    #expect(try await here.store.erasureDebt().isNone)
    #expect(try await details(here.store) == [ParcelDetails()])
  }

  @Test func withoutCopiesNothingIsOwedWhenRowsComeAgain() async throws {
    let here = try Installation()
    try await here.ingest("a.csv", lines(Self.own, 0..<20), by: rules())
    _ = try await upkeep(here.store).erase(number, of: [Self.own])
    try await here.ingest("b.csv", lines(Self.own, 0..<20), by: rules())
    let summary = try await upkeep(here.store).finish()
    #expect(summary.copies == 0 && summary.rewrite == .notOwed)
    #expect(try await here.store.erasureDebt().isNone)
  }

  @Test(arguments: FailingStore.Death.allCases)
  func whereverItIsKilledTheNextRunCompletesIt(_ death: FailingStore.Death) async throws {
    for writes in 0..<100 {
      let here = try await filled()
      let failing = FailingStore(here.store, after: writes, death)
      _ = try? await upkeep(failing).erase(number, of: [Self.own])
      #expect(try await here.store.check(.full).isGood)
      // A daemon completes what was begun; what was not is asked for again.
      _ = try await upkeep(here.store).finish()
      #expect(try await here.store.erasureDebt().isNone)
      _ = try await upkeep(here.store).erase(number, of: [Self.own])
      #expect(try await details(here.store) == [ParcelDetails()])
      #expect(try await here.store.erasures(in: 0...Int64.max, limit: 9).map(\.seq) == [21])
      for name in ["a.csv", "held.csv"] { #expect(try await !isInCopy(here, name), "\(writes)") }
      #expect(try await here.store.erasureDebt().isNone)
      if !failing.isDead {
        #expect(writes > 5, "fewer writes than steps")
        return
      }
    }
    Issue.record("it never ends")
  }
}
