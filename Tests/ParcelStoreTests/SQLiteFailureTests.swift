import Foundation
import ParcelStore
import SQLiteStore
import TestSupport
import Testing

/// A commit that fails changes nothing, and the next one works as if it had not been.
@Suite struct SQLiteFailureTests {
  /// Where in the transaction something goes wrong.
  enum Fault: String, CaseIterable, CustomTestStringConvertible {
    case account, parcel, site, wording, event, journal, current, held, reject, feed, file
    case ambiguousTime = "ambiguous_time"
    case fileEnd
    /// Only when the transaction is committed.
    case commit

    var testDescription: String { rawValue }

    /// Sets the trap up.
    var trap: String {
      switch self {
      case .fileEnd:
        """
        CREATE TRIGGER trap BEFORE UPDATE ON file WHEN NEW.state = 'ingested'
          BEGIN SELECT raise(ABORT, 'out of luck'); END
        """
      case .commit:
        """
        CREATE TABLE trapped(x REFERENCES account(id) DEFERRABLE INITIALLY DEFERRED);
        CREATE TRIGGER trap AFTER INSERT ON journal
          BEGIN INSERT INTO trapped VALUES(-1); END
        """
      default:
        """
        CREATE TRIGGER trap BEFORE INSERT ON \(rawValue)
          BEGIN SELECT raise(ABORT, 'out of luck'); END
        """
      }
    }

    var release: String { "DROP TRIGGER trap; DROP TABLE IF EXISTS trapped" }
  }

  private static let before = [
    Row(), Row(parcel: "AB1234567890", code: "in_transit", date: "27/08/2026 10:00:00"),
  ]

  /// Touches every table, with texts and parcels that are new and some that are not.
  private static let touchesAll = [
    Row(code: "returning", date: "25/10/2026 02:30:00", site: "13B"), Row(),
    Row(code: "ZZ9", label: "Jamais vu", date: "29/08/2026"),
    Row(account: "D0", accountID: "EM000001", order: "B-1"),
    Row(parcel: "CD1234567890", postcode: "13001"), Row(account: "X9", accountID: "XX999999"),
    .raw("?"),
  ]

  @Test(arguments: Fault.allCases)
  func aFailedCommitLeavesNothingAndTheNextGoesOn(_ fault: Fault) async throws {
    let control = try StoreFile()
    let undisturbed = try control.open()
    try await undisturbed.commit(Self.before)
    try await undisturbed.commit(Self.touchesAll, path: "b.csv")

    let file = try StoreFile()
    let store = try file.open()
    try await store.commit(Self.before)
    let kept = try file.content()
    try file.execute(fault.trap)
    for _ in 0..<2 {
      let error = try await storeError { try await store.commit(Self.touchesAll, path: "b.csv") }
      #expect(error.kind == .failed && error.operation == "commit 7 rows")
      #expect("\(error)".contains(file.path))
      #expect(error.reason.contains("out of luck") || fault == .commit)
    }
    try file.execute(fault.release)
    #expect(try file.content() == kept)

    let report = try await store.commit(Self.touchesAll, path: "b.csv")
    #expect(report.lastSeq == 6 && report.newUnmapped.map(\.code) == ["ZZ9"])
    #expect(try file.content() == control.content())
  }

  @Test func aStoreThatIsOpenedAgainGoesOnWithSeqAndNumbers() async throws {
    let control = try StoreFile()
    let undisturbed = try control.open()
    let file = try StoreFile()
    var random = RandomRows(generator: SeededGenerator(seed: 7), hasCoarse: true)
    let groups = try random.groups(of: random.rows(150))
    for group in groups {
      let store = try file.open()
      let report = try await store.commit(
        group, receivedAt: Samples.now)
      let expected = try await undisturbed.commit(
        group, receivedAt: Samples.now)
      #expect(report.lastSeq == expected.lastSeq && report.counts == expected.counts)
    }
    #expect(try file.content() == control.content())
  }

  @Test(.enabled("mounting a small disk needs root") { await SmallDisk.isPossible })
  func aFullDiskLosesNothingAndTheStoreGoesOnOnceThereIsRoom() async throws {
    try await SmallDisk.with("size=6m") { disk in
      let filler = disk + "/filler"
      try Data(count: 3 << 20).write(to: URL(filePath: filler))
      let store = try SQLiteEventStore.open(path: disk + "/colisd.db", for: .writing)
      func group(_ number: Int) throws -> FilePart {
        try SampleFile(path: "\(number).csv").part(
          (0..<2000).map {
            Row(parcel: "99\(1_000_000_000 + number * 2000 + $0)", order: "CMD-\($0 * 7919)")
          })
      }
      var done = 0
      var failure: StoreError?
      while failure == nil, done < 200 {
        do {
          try await store.commit(group(done))
          done += 1
        } catch let error as StoreError {
          failure = error
        }
      }
      let error = try #require(failure, "the disk never got full")
      #expect(error.kind == .full)
      #expect(done > 0)
      #expect(try await store.counts().events == 2000 * done)
      #expect(try await store.files(state: nil).count == done)

      try FileManager.default.removeItem(atPath: filler)
      let report = try await store.commit(group(done))
      #expect(report.lastSeq == Int64(2000 * (done + 1)))
      #expect(report.counts.map(\.eventsNew) == [2000])
      #expect(try await store.allEvents().map(\.seq) == Array(1...report.lastSeq))
    }
  }
}
