import Foundation
import Ingest
import ParcelStore
import SQLiteStore
import TestSupport
import Testing
import TrackingFile

/// ZIP archives: members are files of the ledger.
@Suite struct ArchiveIngestTests {
  private let folder: TemporaryDirectory
  private let store: any EventStore
  private let local: LocalFiles

  init() throws {
    folder = try TemporaryDirectory()
    store = try SQLiteEventStore.temporary()
    local = LocalFiles(store: store, observer: Witness(), now: fixedNow)
  }

  private func write(_ members: [ZIPFile.Member], _ name: String = "drop.zip") throws -> String {
    try folder.write(name, ZIPFile(members).bytes)
  }

  /// The ledger by what stands after the folder: `drop.zip!a.csv`.
  private func ledger() async throws -> [String: LedgerFile] {
    Dictionary(
      try await store.files(state: nil).map { file in
        (String(file.path.split(separator: "/", maxSplits: 99).last ?? ""), file)
      }, uniquingKeysWith: { $1 })
  }

  @Test
  func eachMemberIsAFileWithItsCountsAndTheArchiveIsOne() async throws {
    let one = trackingFile(rows: 30)
    let path = try write([.init("a.csv", one), .init("b.csv", trackingFile(rows: 5, from: 100))])
    let summary = try await local.ingest([path], rules())
    #expect(summary.counts.eventsNew == 35)
    let ledger = try await ledger()
    #expect(Set(ledger.keys) == ["drop.zip", "drop.zip!a.csv", "drop.zip!b.csv"])
    #expect(ledger.values.existAndAll { $0.state == .ingested && $0.sha256 != nil })
    #expect(ledger["drop.zip!a.csv"]?.counts.eventsNew == 30)
    #expect(ledger["drop.zip!a.csv"]?.size == Int64(one.count))
    #expect(ledger["drop.zip!b.csv"]?.counts.eventsNew == 5)
    #expect(ledger["drop.zip"]?.counts.rows == 0)
    #expect(ledger["drop.zip"]?.isArchive == true)
    #expect(ledger["drop.zip!a.csv"]?.isArchive == false)
    let again = try await local.ingest([path], rules())
    #expect(again.ingested == 0)
  }

  @Test
  func aLargeMemberComesInAsAPlainFileDoes() async throws {
    let path = try write([.init("a.csv", trackingFile(rows: 30_000))])
    #expect(try await local.ingest([path], rules()).counts.eventsNew == 30_000)
    #expect(try await store.counts().events == 30_000)
  }

  @Test
  func whatIsNoTrackingFileFailsAloneAndWithItTheArchive() async throws {
    let path = try write([.init("a.csv", "<html>\n"), .init("b.csv", trackingFile(rows: 5))])
    let summary = try await local.ingest([path], rules())
    #expect(summary.counts.eventsNew == 5)
    let ledger = try await ledger()
    #expect(ledger["drop.zip!a.csv"]?.state == .failed)
    #expect(ledger["drop.zip!b.csv"]?.state == .ingested)
    #expect(ledger["drop.zip"]?.state == .failed)
    #expect(ledger["drop.zip"]?.error?.contains("1 of its 2 members") == true)
    #expect(ledger["drop.zip"]?.error?.contains("drop.zip!a.csv") == true)
  }

  @Test
  func anArchiveThatContradictsItselfMakesNoMemberFinalAsIngested() async throws {
    var hidden = ZIPFile.Member("b.csv", trackingFile(rows: 5, from: 100))
    hidden.isHidden = true
    let path = try write([.init("a.csv", trackingFile(rows: 5)), hidden])
    let summary = try await local.ingest([path], rules())
    #expect(summary.ingested == 0)
    let ledger = try await ledger()
    #expect(ledger.count == 3 && ledger.values.existAndAll { $0.state == .failed })
    #expect(ledger["drop.zip"]?.error?.contains("its directory has 1 members") == true)
    #expect(ledger["drop.zip!a.csv"]?.error?.contains("its archive") == true)
  }

  @Test
  func anArchiveThatIsCutOffSettlesAndComesInWhenItIsWhole() async throws {
    let bytes = ZIPFile([.init("a.csv", trackingFile(rows: 20))]).bytes
    let path = try folder.write("drop.zip", bytes.dropLast(30))
    let first = try await local.ingest([path], rules())
    #expect(first.settling == 2)
    #expect(try await ledger().values.existAndAll { $0.state == .settling })
    _ = try folder.write("drop.zip", bytes)
    _ = try await local.ingest([path], rules())
    let files = try await store.files(state: nil)
    #expect(files.count == 2 && files.allSatisfy { $0.state == .ingested })
    #expect(try await ledger()["drop.zip!a.csv"]?.counts.eventsNew == 20)
  }

  @Test
  func whatIsPackedTwiceIsRefusedWithWhatToDo() async throws {
    let inner = ZIPFile([.init("a.csv", trackingFile(rows: 5))]).bytes
    let path = try write([
      .init("inner.zip", inner), .init("a.csv.gz", [0x1f, 0x8b, 8, 0]),
      .init("b.csv", trackingFile(rows: 5)),
    ])
    _ = try await local.ingest([path], rules())
    let ledger = try await ledger()
    for name in ["drop.zip!inner.zip", "drop.zip!a.csv.gz"] {
      #expect(ledger[name]?.state == .failed)
      #expect(ledger[name]?.error?.contains("packed once more") == true)
    }
    #expect(ledger["drop.zip!b.csv"]?.state == .ingested)
  }

  @Test
  func hiddenFilesAndWhatMacOSAddsArePassedOver() async throws {
    let path = try write([
      .init("__MACOSX/._a.csv", "x"), .init(".DS_Store", "x"), .init("d/", ""),
      .init("d/a.csv", trackingFile(rows: 5)),
    ])
    _ = try await local.ingest([path], rules())
    let files = try await store.files(state: nil)
    #expect(files.count == 2 && files.allSatisfy { $0.state == .ingested })
    #expect(files.contains { $0.path.hasSuffix("drop.zip!d/a.csv") })
  }

  @Test
  func aNameThatIsNoTextIsShownByItsBytes() async throws {
    var member = ZIPFile.Member("", trackingFile(rows: 5))
    member.name = [0x82] + Array(".csv".utf8)
    _ = try await local.ingest([try write([member])], rules())
    #expect(try await ledger()["drop.zip!\\x82.csv"]?.state == .ingested)
  }

  @Test
  func anArchiveAndItsMembersAreReadAgainTogetherAndCountOnce() async throws {
    let path = try write([.init("a.csv", trackingFile(rows: 5)), .init("b.csv", "<html>\n")])
    _ = try await local.ingest([path], rules())
    let failed = try #require(try await ledger()["drop.zip!b.csv"])
    #expect(try await store.readAgain(failed.id))
    let summary = try await local.ingest([path], rules())
    #expect(summary.counts.eventsNew == 0)
    let ledger = try await ledger()
    #expect(try await store.files(state: nil).count == 3)
    #expect(ledger["drop.zip!a.csv"]?.state == .ingested)
    #expect(ledger["drop.zip!a.csv"]?.counts.eventsNew == 5)
    #expect(ledger["drop.zip!a.csv"]?.counts.eventsRepeated == 0)
    #expect(ledger["drop.zip!b.csv"]?.state == .failed)
  }

  @Test
  func aMemberOfAnArchiveThatWasRemovedIsNotReadAgain() async throws {
    _ = try await local.ingest([try write([.init("a.csv", trackingFile(rows: 5))])], rules())
    let before = try await ledger()
    let (archive, member) = (
      try #require(before["drop.zip"]), try #require(before["drop.zip!a.csv"])
    )
    try await store.notePostAction(archive.id, .delete(isDone: true), error: nil)
    #expect(try await !store.readAgain(member.id))
    let after = try await ledger()
    #expect(after["drop.zip"]?.postAction == .delete(isDone: true))
    #expect(after["drop.zip!a.csv"]?.state == .ingested)
  }

  @Test
  func aNewArchiveOfTheSameNameIsANewGeneration() async throws {
    let path = try write([.init("a.csv", trackingFile(rows: 5))])
    _ = try await local.ingest([path], rules())
    _ = try write([.init("a.csv", trackingFile(rows: 8)), .init("b.csv", trackingFile(rows: 1))])
    let second = try await local.ingest([path], rules())
    #expect(second.counts.eventsNew == 3)
    #expect(try await store.files(state: .ingested).count == 5)
  }
}
