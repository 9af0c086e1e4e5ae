import Ingest
import ParcelStore
import SQLiteStore
import Status
import Testing

@Suite struct GroupWriterTests {
  @Test
  func ofFilesThatAreReadAtEachPollTenAreToldOneByOneAndTheRestAsANumber() async throws {
    let witness = Witness()
    let writer = GroupWriter(
      store: try SQLiteEventStore.temporary(), observer: witness, now: fixedNow
    )
    func append(_ name: String, _ state: FileState, isFinal: Bool) async throws {
      try await writer.append(
        FilePart(
          unread: FileSighting(path: name, size: 1, mtime: 1), layout: "colisprive",
          end: FileEnd(
            isFinal: isFinal, state: state, sha256: nil, error: "\(state)", postAction: .leave)))
    }
    for index in 0..<25 {
      try await append("settling \(index)", .settling, isFinal: false)
      try await append("denied \(index)", .failed, isFinal: false)
      try await append("failed \(index)", .failed, isFinal: true)
    }
    try await writer.flush()
    var incomplete = 0
    var failed: [Bool: Int] = [:]
    var more: [String] = []
    for event in witness.events {
      switch event {
      case .fileIncomplete: incomplete += 1
      case .fileFailed(_, _, _, let isFinal): failed[isFinal, default: 0] += 1
      case .filesIncomplete(let count): more.append("incomplete \(count)")
      case .filesFailed(let count): more.append("failed \(count)")
      default: break
      }
    }
    #expect(incomplete == 10 && more == ["incomplete 15", "failed 15"])
    #expect(failed == [false: 10, true: 25], "what failed for good is told once in its life")
    let summary = await writer.committed
    #expect(summary.settling == 25 && summary.failed == 50)
  }

  @Test
  func aFileTellsHowLongItWasKnownAndItsRowsWhenTheyAreOnDisk() async throws {
    let witness = Witness()
    let writer = GroupWriter(
      store: try SQLiteEventStore.temporary(), observer: witness, now: fixedNow)
    for (name, age) in [("listed", Duration.seconds(90)), ("local", nil)] {
      var part = FilePart(
        file: FileSighting(path: name, size: 1, mtime: 1), layout: "colisprive",
        origin: .reading(isFirst: true, header: []), batches: [],
        end: FileEnd(
          isFinal: true, state: .ingested, sha256: nil, error: nil, postAction: .leave))
      part.seenAt = age.map { ContinuousClock.now - $0 }
      try await writer.append(part)
    }
    try await writer.flush()
    var lags: [String: Duration?] = [:]
    for case .fileIngested(let path, _, _, let lag) in witness.events { lags[path] = lag }
    let lag = try #require(lags["listed"] ?? nil)
    #expect(lag >= .seconds(90) && lag < .seconds(300))
    #expect(lags["local"] == .some(nil))
  }
}
