import Carrier
import Contract
import Foundation
import Ingest
import ParcelStore
import SQLiteStore
import Status
import Synchronization
import TestSupport
import Testing
import TrackingFile

@Suite struct LocalFilesTests {
  private func write(_ bytes: [UInt8], _ name: String, in folder: TemporaryDirectory) throws
    -> String
  {
    let path = folder.path + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test
  func aFileGoesThroughAllRoomsAndASecondRunPassesItOver() async throws {
    let folder = try TemporaryDirectory()
    let path = try write(trackingFile(rows: 12_345), "a.csv", in: folder)
    let store = try SQLiteEventStore.temporary()
    let local = LocalFiles(store: store, observer: Witness(), now: fixedNow)
    let first = try await local.ingest([path], rules())
    #expect(first.ingested == 1)
    #expect(first.counts.eventsNew == 12_345)
    let second = try await local.ingest([path], rules())
    #expect(second.ingested == 0)
    #expect(try await store.counts().events == 12_345)
  }

  @Test
  func noFileIsReadInThePoolOfSwiftsTasksWhichASlowDiskWouldStop() async throws {
    let folder = try TemporaryDirectory()
    let path = try write(trackingFile(rows: 100), "a.csv", in: folder)
    let watcher = PoolWatcher()
    let local = LocalFiles(
      store: try SQLiteEventStore.temporary(), observer: watcher, now: fixedNow)
    #expect(try await local.ingest([path], rules()).counts.eventsNew == 100)
    #expect(watcher.places.existAndAll { $0 == .ownQueue }, "\(watcher.places)")
  }

  /// Records for each chunk whether it was read on the queue of local files or in the pool.
  private final class PoolWatcher: IngestObserver {
    enum Place { case ownQueue, pool }
    private let seen = Mutex<[Place]>([])
    var places: [Place] { seen.withLock { $0 } }

    func report(_ event: IngestEvent) {}
    func progress(_ progress: IngestProgress) {
      let isOwn = withUnsafeCurrentTask { $0?.unownedTaskExecutor != nil }
      seen.withLock { $0.append(isOwn ? .ownQueue : .pool) }
    }
  }

  @Test
  func foldersLeaveNoDescriptorAfter() async throws {
    let folder = try TemporaryDirectory()
    let local = LocalFiles(
      store: try SQLiteEventStore.temporary(), observer: Witness(), now: fixedNow)
    /// How often this process has the folder open, whatever else runs beside.
    func open() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))
          == folder.path
      }
    }
    await #expect(throws: LocalFiles.ReadError.self) {
      _ = try await local.ingest(Array(repeating: folder.path, count: 20), rules())
    }
    #expect(try open() == 0)
  }

  @Test(arguments: [1, 7, 2_000, 1_000_000])
  func groupsOfAnySizeGiveTheSameStore(limit: Int) async throws {
    let store = try SQLiteEventStore.temporary()
    let witness = Witness()
    let writer = GroupWriter(
      store: store, observer: witness,
      limits: .init(rows: limit, delay: .seconds(60)), now: fixedNow)
    let gate = Gate(
      contracts: rules().contracts, today: CalendarDay(at: fixedNow()), unknownAccounts: .hold)
    for part in 0..<20 {
      var reader = TrackingFileReader(layout: .colisPrive)
      // Every file repeats half of the one before.
      reader.supply(trackingFile(rows: 100, from: part * 50))
      reader.finish()
      var batches: [EventBatch] = []
      var packer = EventPacker()
      var meanings = WordingMeanings(by: .builtIn)
      while case .batch(let batch) = try reader.next() {
        batches.append(packer.pack(gate.admit(batch), meanings: &meanings))
      }
      let end = FileEnd(
        isFinal: true, state: .ingested, sha256: nil, error: nil,
        postAction: .leave)
      try await writer.append(
        FilePart(
          file: FileSighting(path: "f\(part)", size: 1, mtime: 1), layout: "colisprive",
          origin: .reading(isFirst: true, header: reader.header), batches: batches, end: end))
    }
    try await writer.flush()
    let summary = await writer.committed
    #expect(summary.ingested == 20)
    #expect(summary.counts.eventsNew == 1_050)
    #expect(summary.counts.eventsRepeated == 950)
    let told = witness.events.reduce(into: FileCounts()) { sum, event in
      if case .rowsCommitted(let counts) = event { sum += counts }
    }
    #expect(told == summary.counts)
    let events = try await store.events(after: 0, limit: 2_000)
    #expect(events.map(\.seq) == Array(1...1_050))
  }

  @Test
  func aRowThatWaitsForOthersIsStoredWhenItsTimeHasComeWithoutAnotherOne() async throws {
    let store = try SQLiteEventStore.temporary()
    let writer = GroupWriter(
      store: store, observer: Witness(),
      limits: .init(rows: 1_000, delay: .milliseconds(50)), now: fixedNow)
    let end = FileEnd(
      isFinal: true, state: .ingested, sha256: nil, error: nil, postAction: .leave)
    try await writer.append(
      FilePart(
        file: FileSighting(path: "a", size: 0, mtime: 1), layout: "colisprive",
        origin: .reading(isFirst: true, header: []), batches: [], end: end))
    try await eventually("the file is stored") {
      try await store.files(state: .ingested).count == 1
    }
  }

  @Test
  func anIncompleteFileIsTakenWholeLaterOrNotAtAll() async throws {
    let layout = try Layout(
      name: "trailer", version: "1", format: Layout.colisPrive.format,
      options: .init(trailer: Layout.Trailer(marker: "FIN")))
    let folder = try TemporaryDirectory()
    let store = try SQLiteEventStore.temporary()
    let local = LocalFiles(store: store, observer: Witness(), now: fixedNow)
    let path = try write(trackingFile(rows: 10), "a.csv", in: folder)
    let first = try await local.ingest([path], rules(layout: layout))
    #expect(first.settling == 1)
    #expect(try await store.counts().events == 0)
    _ = try write(trackingFile(rows: 10) + Array("FIN;10\n".utf8), "a.csv", in: folder)
    let second = try await local.ingest([path], rules(layout: layout))
    #expect(second.ingested == 1)
    let files = try await store.files(state: nil)
    #expect(files.map(\.state) == [.ingested])
    #expect(files.map(\.counts.eventsNew) == [10])
  }

  @Test
  func tenRejectedAndTenHeldRowsAreToldOneByOneTheRestAsANumber() async throws {
    let folder = try TemporaryDirectory()
    var bytes = trackingFile(rows: 25, account: "Z9;EM000001")
    bytes += Array(String(repeating: "broken\n", count: 14).utf8)
    let path = try write(bytes, "a.csv", in: folder)
    let witness = Witness()
    let local = LocalFiles(
      store: try SQLiteEventStore.temporary(), observer: witness, now: fixedNow)
    let summary = try await local.ingest([path], rules())
    #expect(summary.counts.held == 25)
    #expect(summary.counts.rejected == 14)
    var told = (held: 0, rejected: 0, moreHeld: 0, moreRejected: 0)
    for event in witness.events {
      switch event {
      case .rowHeld: told.held += 1
      case .rowRejected: told.rejected += 1
      case .rowsHeld(_, let more): told.moreHeld += more
      case .rowsRejected(_, let more): told.moreRejected += more
      default: break
      }
    }
    #expect(told == (10, 10, 15, 4))
  }

  @Test
  func aPathThatIsNotThereIsAnErrorThatNamesIt() async throws {
    let local = LocalFiles(
      store: try SQLiteEventStore.temporary(), observer: Witness(), now: fixedNow)
    await #expect(throws: LocalFiles.ReadError.self) {
      _ = try await local.ingest(["/nowhere/a.csv"], rules())
    }
  }
}
