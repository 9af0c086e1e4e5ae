import Foundation
import Ingest
import ParcelStore
import SQLiteStore
import TestSupport
import Testing

/// Copies of files, kept while they are read.
@Suite struct RawCopyTests {
  private let folder: TemporaryDirectory
  private let store: any EventStore

  init() throws {
    folder = try TemporaryDirectory()
    store = try SQLiteEventStore.temporary()
  }

  private var rawRules: Rules {
    var keeping = rules()
    keeping.rawRetention = .seconds(30 * 86_400)
    return keeping
  }

  @discardableResult
  private func ingest(
    _ paths: [String], _ rules: Rules? = nil, at now: @escaping @Sendable () -> Int64 = fixedNow
  ) async throws -> Witness {
    let witness = Witness()
    _ = try await LocalFiles(store: store, observer: witness, now: now)
      .ingest(paths, rules ?? rawRules)
    return witness
  }

  /// What the store gives back of a file; nil: it has no copy of it.
  private func given(_ path: String) async throws -> [UInt8]? {
    let files = RawFiles(store)
    let file = try #require(try await store.files(at: path).last)
    guard let copy = try await files.copy(of: file), copy.removedAt == nil, copy.sha256 != nil
    else { return nil }
    var bytes: [UInt8] = []
    try await files.write(file, copy) { bytes += $0 }
    return bytes
  }

  @Test(arguments: [0, 1, 5, 30_000])
  func aFileIsGivenBackAsItCame(rows: Int) async throws {
    let bytes = rows == 0 ? [] : trackingFile(rows: rows)
    let path = try folder.write("a.csv", bytes)
    try await ingest([path])
    #expect(try await given(path) == bytes)
  }

  @Test func nothingIsKeptUnlessTheRulesSayIt() async throws {
    let path = try folder.write("a.csv", trackingFile(rows: 5))
    try await ingest([path], rules())
    #expect(try await given(path) == nil)
  }

  @Test func aDryRunKeepsNothing() async throws {
    let path = try folder.write("a.csv", trackingFile(rows: 5))
    let empty = try SQLiteEventStore.temporary()
    let local = LocalFiles.dry(
      store: empty, reference: store, observer: Witness(), now: fixedNow)
    _ = try await local.ingest([path], rawRules)
    #expect(try await empty.rawCopies(keptBefore: nil) == RawCopyTotal())
    #expect(try await store.rawCopies(keptBefore: nil) == RawCopyTotal())
  }

  @Test func aFileThatCannotBeReadIsKeptToItsEnd() async throws {
    let bytes = Array("<html>\n".utf8) + Array(repeating: UInt8(ascii: "x"), count: 3 << 20)
    let path = try folder.write("a.csv", bytes)
    try await ingest([path])
    #expect(try await store.files(at: path).last?.state == .failed)
    #expect(try await given(path) == bytes)
  }

  @Test func aFileOfHeldRowsIsKept() async throws {
    let bytes = trackingFile(rows: 9, account: "X9;XX999999")
    let path = try folder.write("a.csv", bytes)
    try await ingest([path])
    #expect(try await store.files(at: path).last?.counts.held == 9)
    #expect(try await given(path) == bytes)
  }

  @Test func anArchiveIsKeptOnceAndItsMembersAreFoundInIt() async throws {
    let (one, two) = (trackingFile(rows: 3_000), trackingFile(rows: 5, from: 90_000))
    let zip = ZIPFile([
      .init("a.csv", one), .init("__MACOSX/x", "?"), .init("day/b.csv", two),
      .init("c.csv", "<html>\n"),
    ]).bytes
    let path = try folder.write("drop.zip", zip)
    try await ingest([path])
    #expect(try await store.rawCopies(keptBefore: nil).copies == 1)
    #expect(try await given(path) == zip)
    #expect(try await given(path + "!a.csv") == one)
    #expect(try await given(path + "!day/b.csv") == two)
    #expect(try await given(path + "!c.csv") == Array("<html>\n".utf8))
  }

  @Test func manyFilesKeepTheirOwnBytes() async throws {
    var files: [String: [UInt8]] = [:]
    for index in 0..<40 {
      let bytes = trackingFile(rows: 1 + index * 50, from: index * 5_000)
      files[try folder.write("\(index).csv", bytes)] = bytes
    }
    try await ingest(files.keys.sorted())
    for (path, bytes) in files { #expect(try await given(path) == bytes, "\(path)") }
  }

  @Test func copiesThatAreOldOrNotWantedAnyMoreAreRemoved() async throws {
    let path = try folder.write("a.csv", trackingFile(rows: 5))
    try await ingest([path])
    let later = try folder.write("b.csv", trackingFile(rows: 5, from: 100))
    let month: Int64 = 30 * 86_400
    let witness = try await ingest([later]) { fixedNow() + month + 1 }
    #expect(try await given(path) == nil)
    #expect(try await given(later) != nil)
    let removed = witness.events.compactMap {
      if case .copiesExpired(let total) = $0 { total.copies } else { nil }
    }
    #expect(removed == [1])
    // The ledger and the events stay.
    #expect(try await store.counts().events == 10)
    try await ingest([], rules()) { fixedNow() + month + 2 }
    #expect(try await given(later) == nil)
  }

  @Test func pruneRemovesCopiesThatAreTooOld() async throws {
    let path = try folder.write("a.csv", trackingFile(rows: 5))
    try await ingest([path])
    let later: @Sendable () -> Int64 = { fixedNow() + 31 * 86_400 }
    let upkeep = RetentionUpkeep(store: store, observer: Witness(), now: later)
    let kept = try await store.rawCopies(keptBefore: nil)
    #expect(try await upkeep.look(rawRules).copies == kept && kept.copies == 1)
    #expect(try await given(path) != nil)
    #expect(try await upkeep.prune(rawRules).copies == kept)
    #expect(try await given(path) == nil)
    #expect(try await upkeep.look(rawRules).copies == RawCopyTotal())
  }

  @Test(arguments: FailingStore.Death.allCases)
  func aKillLeavesNoCopyWithoutItsRowsAndTheNextRunIsWhole(_ death: FailingStore.Death) async throws
  {
    let bytes = trackingFile(rows: 12_000)
    let zip = ZIPFile([.init("a.csv", trackingFile(rows: 40, from: 400_000))]).bytes
    for writes in 0..<40 {
      let store = try SQLiteEventStore.temporary()
      let paths = [
        try folder.write("\(writes).csv", bytes), try folder.write("\(writes).zip", zip),
      ]
      let failing = FailingStore(store, after: writes, death)
      var limits = GroupWriter.Limits()
      limits.rows = 3_000
      _ = try? await LocalFiles(store: failing, observer: Witness(), limits: limits, now: fixedNow)
        .ingest(paths, rawRules)
      for file in try await store.files(state: nil) {
        let copy = try await store.rawCopy(of: file.id)
        // The end of the file and the end of its copy come together.
        if copy?.sha256 != nil { #expect(file.state == .ingested && copy?.sha256 == file.sha256) }
        if file.state == .ingested, !file.path.contains("!") { #expect(copy?.sha256 != nil) }
      }
      _ = try await LocalFiles(store: store, observer: Witness(), now: fixedNow)
        .ingest(paths, rawRules)
      let files = RawFiles(store)
      for (path, expected) in [(paths[0], bytes), (paths[1], zip)] {
        let file = try #require(try await store.files(at: path).last)
        let copy = try #require(try await files.copy(of: file))
        var given: [UInt8] = []
        try await files.write(file, copy) { given += $0 }
        #expect(given == expected, "\(writes) \(death)")
      }
      if !failing.isDead { break }
    }
  }

  // MARK: Redaction

  private func redact(_ path: String, without lines: Set<Int>) async throws
    -> RawRedaction.Outcome
  {
    let file = try #require(try await store.files(at: path).last)
    return try await RawRedaction(store, now: fixedNow).run(file.id, without: lines)
  }

  /// The text with some of its lines empty.
  private func without(_ lines: Set<Int>, _ bytes: [UInt8]) -> [UInt8] {
    let all = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let left = all.enumerated().map { lines.contains($0.offset + 1) ? [] : $0.element }
    return Array(left.joined(separator: [UInt8(ascii: "\n")]))
  }

  @Test func linesAreTakenOutOfACopyWhichSaysSoAfterwards() async throws {
    let bytes = trackingFile(rows: 20_000)
    let path = try folder.write("a.csv", bytes)
    try await ingest([path])
    let lines: Set<Int> = [2, 3, 15_000, 20_001]
    #expect(try await redact(path, without: lines) == .redacted(lines: 4))
    #expect(try await given(path) == without(lines, bytes))
    let file = try #require(try await store.files(at: path).last)
    let copy = try #require(try await store.rawCopy(of: file.id))
    #expect(copy.sha256 == file.sha256 && copy.redactedAt == fixedNow())
    #expect(copy.redactedSHA256 != nil && copy.redactedSHA256 != file.sha256)
    #expect(try await redact(path, without: [99_999]) == .nothing)
  }

  @Test func linesAreTakenOutOfAGzipFileWhichStaysOne() async throws {
    let bytes = trackingFile(rows: 20_000)
    let packed = try await run("/usr/bin/gzip", arguments: ["-c", "-n"], input: bytes).rawOutput
    let path = try folder.write("a.csv.gz", packed)
    try await ingest([path])
    #expect(try await given(path) == packed)
    #expect(try await redact(path, without: [2, 9_000]) == .redacted(lines: 2))
    let redacted = try #require(try await given(path))
    let text = try await run("/usr/bin/gzip", arguments: ["-d", "-c"], input: redacted).rawOutput
    #expect(text == without([2, 9_000], bytes))
  }

  @Test(arguments: FailingStore.Death.allCases)
  func aRedactionThatIsKilledIsCompletedByTheNextOne(_ death: FailingStore.Death) async throws {
    // What does not repeat needs several steps.
    var bytes = trackingFile(rows: 10)
    var random = SystemRandomNumberGenerator()
    while bytes.count < 3 << 19 {
      bytes += (0..<80).map { _ in UInt8.random(in: 0x23...0x7e, using: &random) } + [0x0a]
    }
    let expected = without([3, 5_000], bytes)
    for writes in 0..<20 {
      let path = try folder.write("\(writes).csv", bytes)
      try await ingest([path])
      let file = try #require(try await store.files(at: path).last)
      let failing = FailingStore(store, after: writes, death)
      _ = try? await RawRedaction(failing, now: fixedNow).run(file.id, without: [3, 5_000])
      // Either all of it is there or nothing.
      let between = try #require(try await given(path))
      #expect(between == bytes || between == expected, "\(writes) \(death)")
      if between == bytes {
        #expect(try await redact(path, without: [3, 5_000]) == .redacted(lines: 2))
      }
      #expect(try await given(path) == expected, "\(writes) \(death)")
      #expect(try await store.check(.full).isGood)
      if !failing.isDead {
        #expect(writes > 2, "fewer writes than steps")
        return
      }
    }
  }

  @Test func aCopyThatIsRemovedWhileItIsReadGivesNoWrongByte() async throws {
    let bytes = trackingFile(rows: 100)
    let path = try folder.write("a.csv", bytes)
    try await ingest([path])
    let file = try #require(try await store.files(at: path).last)
    let copy = try #require(try await store.rawCopy(of: file.id))
    #expect(try await store.removeRawCopy(of: file.id, at: fixedNow()))
    let fault = await #expect(throws: RawFileFault.self) {
      try await RawFiles(store).write(file, copy) { _ in Issue.record("bytes were given") }
    }
    #expect(fault?.kind == .gone)
  }

  @Test func linesAreTakenOutOfUTF16() async throws {
    let bytes = trackingFile(rows: 50)
    func wide(_ bytes: [UInt8]) -> [UInt8] { [0xff, 0xfe] + bytes.flatMap { [$0, 0] } }
    // Each byte is a character of its own then.
    let path = try folder.write("a.csv", wide(bytes))
    try await ingest([path])
    #expect(try await redact(path, without: [2, 51]) == .redacted(lines: 2))
    #expect(try await given(path) == wide(without([2, 51], bytes)))
    // Lines keep their numbers, so a later redaction takes out the right ones.
    #expect(try await redact(path, without: [3]) == .redacted(lines: 1))
    #expect(try await given(path) == wide(without([2, 3, 51], bytes)))
  }

  @Test func ofAnArchiveTheWholeCopyIsRemoved() async throws {
    let bytes = trackingFile(rows: 50)
    let path = try folder.write("drop.zip", ZIPFile([.init("a.csv", bytes)]).bytes)
    try await ingest([path])
    #expect(try await redact(path + "!a.csv", without: [2]) == .removed)
    #expect(try await given(path) == nil)
    #expect(try await store.rawCopies(keptBefore: nil) == RawCopyTotal())
  }
}
