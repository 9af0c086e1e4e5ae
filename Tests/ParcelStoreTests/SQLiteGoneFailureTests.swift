import ParcelStore
import SQLiteStore
import Testing

/// A listing whose note fails in the middle counts once, whatever was written of it.
@Suite struct SQLiteGoneFailureTests {
  private static let paths = (0..<1_100).map { "\($0).csv" }

  @Test(arguments: ["UPDATE OF missing_since", "UPDATE OF state"])
  func aNoteThatFailsInTheMiddleIsCompletedByTheNextOne(_ trap: String) async throws {
    let file = try StoreFile()
    let store = try file.open()
    let source = try #require(
      try await store.register([ConfiguredSource(name: "drop", place: "dupont@drop:22 /out")]).ids
        .first)
    _ = try await store.noteSettling(
      Self.paths.map { SampleFile(source: source, path: $0).sighting }, reason: "it is new")
    // The files of the first transaction pass, and one of the second does not.
    try file.execute(
      """
      CREATE TRIGGER trap BEFORE \(trap) ON file WHEN NEW.path = '1050.csv'
        BEGIN SELECT raise(ABORT, 'out of luck'); END
      """)
    if trap == "UPDATE OF state" {
      let first = try await store.unseen(of: source, besides: FileSet())
      #expect(try await store.noteUnseen(first, at: Samples.now).isEmpty)
    }
    let unseen = try await store.unseen(of: source, besides: FileSet())
    let error = try await storeError { _ = try await store.noteUnseen(unseen, at: Samples.now) }
    #expect(error.reason.contains("out of luck"))
    try file.execute("DROP TRIGGER trap")
    #expect(try await store.check().isGood)

    // Another process, after the first one was killed.
    let next = try file.open()
    let lost = try await next.noteUnseen(unseen, at: Samples.now)
    let isSecond = trap == "UPDATE OF state"
    #expect(lost.count == (isSecond ? 100 : 0), "those of the first transaction were gone already")
    let again = try await next.unseen(of: source, besides: FileSet())
    #expect(again.missing.count == (isSecond ? 0 : 1_100))
    _ = try await next.noteUnseen(again, at: Samples.now + 60)
    #expect(try await next.counts().files == [.gone: 1_100])
    #expect(try await next.counts().lostFiles == 1_100)
    #expect(try await next.check().isGood)
  }
}
