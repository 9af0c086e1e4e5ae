import Foundation
import Glibc
import Ingest
import ParcelStore
import SQLiteStore
import TestSupport
import Testing
import TrackingFile

/// Rows that come while they are taken out, deaths, and two at once.
extension RawErasureTests {
  /// Half of the file is in the store, and its copy in pieces and in the reader's memory, when the parcel is erased.
  @Test(.timeLimit(.minutes(1)))
  func aFileThatIsJustBeingReceivedKeepsNothing() async throws {
    let path = folder.file("a.csv")
    #expect(mkfifo(path, 0o600) == 0)
    let bytes = trackingFile(rows: 12_000)
    let reading = Task { try await ingest([path]) }
    let (first, rest) = (Array(bytes[..<600_000]), Array(bytes[600_000...]))
    let erased = try await Task.detached { [store, number, account] in
      let pipe = try FileHandle(forWritingTo: URL(filePath: path))
      try pipe.write(contentsOf: first)
      while try await store.counts().events == 0 {
        try await Task.sleep(for: .milliseconds(10))
      }
      let summary = try await RawErasure(
        store, layouts: [.colisPrive], observer: Witness(), now: fixedNow
      ).run(number, of: account, upTo: fixedNow())
      try pipe.write(contentsOf: rest)
      try pipe.close()
      return summary
    }.value
    try await reading.value
    #expect(erased.removed == 1)
    let file = try #require(try await store.files(at: path).last)
    #expect(file.state == .ingested && file.counts.eventsNew == 12_000)
    let copy = try #require(try await store.rawCopy(of: file.id))
    #expect(copy.removedAt == fixedNow() && copy.pieces == 0)
    #expect(try await store.rawCopies(keptBefore: nil) == RawCopyTotal())
    #expect(try await store.check(.full).isGood)
  }

  /// A small file has rows in the store before any piece of its copy: the copy is begun all the same.
  @Test func aCopyIsBegunWithTheFirstRows() async throws {
    let bytes = trackingFile(rows: 12_000)
    let path = try folder.write("a.csv", bytes)
    var limits = GroupWriter.Limits()
    limits.rows = 1
    var isSeen = false
    for writes in 0..<20 {
      let store = try SQLiteEventStore.temporary()
      let failing = FailingStore(store, after: writes, .after)
      _ = try? await LocalFiles(store: failing, observer: Witness(), limits: limits, now: fixedNow)
        .ingest([path], rawRules)
      if !failing.isDead { break }
      guard try await store.counts().events > 0 else { continue }
      isSeen = true
      #expect(try await store.rawCopies(before: nil, limit: 9).map(\.path) == [path])
      let isWhole = try await store.rawCopies(before: nil, limit: 1).first?.copy.sha256 != nil
      let summary = try await erase(store)
      #expect(isWhole ? summary.redacted == 1 : summary.removed == 1, "\(writes)")
      if isWhole { continue }
      #expect(try await store.rawCopies(before: nil, limit: 9) == [])
      // It is read again from its start, and has a whole copy then.
      _ = try await LocalFiles(store: store, observer: Witness(), now: fixedNow)
        .ingest([path], rawRules)
      let copy = try await store.rawCopies(before: nil, limit: 1).first?.copy
      #expect(copy?.sha256 != nil && copy?.size == Int64(bytes.count))
    }
    #expect(isSeen)
  }

  @Test(arguments: FailingStore.Death.allCases)
  func anErasureThatIsKilledIsCompletedByTheNextOne(_ death: FailingStore.Death) async throws {
    let bytes = trackingFile(rows: 40)
    let paths = try ["a.csv", "b.csv"].map { try folder.write($0, bytes) }
    let zip = try folder.write("c.zip", ZIPFile([.init("c.csv", bytes)]).bytes)
    for writes in 0..<20 {
      let store = try SQLiteEventStore.temporary()
      _ = try await LocalFiles(store: store, observer: Witness(), now: fixedNow)
        .ingest(paths + [zip], rawRules)
      let failing = FailingStore(store, after: writes, death)
      _ = try? await erase(failing)
      _ = try await erase(store)
      for path in paths {
        let file = try #require(try await store.files(at: path).last)
        let copy = try #require(try await store.rawCopy(of: file.id))
        var given: [UInt8] = []
        try await RawFiles(store).write(file, copy) { given += $0 }
        #expect(given == without([7, 8, 9, 10, 11], bytes), "\(writes) \(death)")
      }
      #expect(try await store.rawCopies(keptBefore: nil).copies == 2)
      #expect(try await store.check(.full).isGood)
      if !failing.isDead {
        #expect(writes == 5, "one step for the archive, and two for each file")
        return
      }
    }
  }

  /// A command and the daemon, which completes what is begun.
  @Test func twoAtOnceLeaveWholeCopies() async throws {
    let bytes = trackingFile(rows: 20_000)
    let paths = try (0..<6).map { try folder.write("\($0).csv", bytes) }
    try await ingest(paths)
    async let one = erase()
    async let two = erase()
    _ = try await (one, two)
    for path in paths {
      #expect(try await given(path) == without([7, 8, 9, 10, 11], bytes), "\(path)")
    }
    #expect(try await store.check(.full).isGood)
  }
}
