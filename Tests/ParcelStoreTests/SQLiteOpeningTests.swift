import Foundation
import ParcelStore
import SQLiteStore
import TestSupport
import Testing

/// Who may open a store, and what is no store.
@Suite struct SQLiteOpeningTests {
  @Test func theSecondPollerIsRefusedAndToldWhoTheFirstIs() async throws {
    let file = try StoreFile()
    var store: SQLiteEventStore? = try file.open(for: .polling)
    try await store?.commit([Row()])
    let error = try await storeError { _ = try file.open(for: .polling) }
    #expect(error.kind == .leased)
    #expect("\(error)".contains("pid \(getpid())"))
    #expect(SQLiteEventStore.writer(path: file.path)?.hasPrefix("pid \(getpid()) since ") == true)
    // Readers need no lease.
    #expect(try await file.open(for: .reading).counts().events == 1)

    store = nil
    #expect(SQLiteEventStore.writer(path: file.path) == nil)
    let report = try await file.open(for: .polling).commit([Row()], path: "b.csv")
    #expect(report.counts.map(\.eventsRepeated) == [1])
  }

  @Test func commitsThatHaveReturnedAreOnDisk() async throws {
    let file = try StoreFile()
    #expect(try await file.open().isDurable())
    // Also where the store was there before.
    #expect(try await file.open().isDurable())
  }

  @Test func aRefusedPollerDoesNotTakeTheLeaseOver() async throws {
    let file = try StoreFile()
    let store = try file.open(for: .polling)
    for _ in 0..<3 {
      #expect(try await storeError { _ = try file.open(for: .polling) }.kind == .leased)
    }
    try await store.commit([Row()])
    #expect(SQLiteEventStore.writer(path: file.path)?.contains("pid \(getpid())") == true)
  }

  @Test func theLeaseOfAKilledProcessIsFree() async throws {
    let file = try StoreFile()
    let holder = try RunningProcess(
      "/usr/bin/flock", ["--no-fork", "-x", file.path + ".lock", "/bin/sleep", "600"])
    defer { holder.kill() }
    try await eventually("the other process takes the lease") {
      SQLiteEventStore.writer(path: file.path) != nil
    }
    #expect(try await storeError { _ = try file.open(for: .polling) }.kind == .leased)
    holder.kill()
    await holder.waitForExit()
    try await file.open(for: .polling).commit([Row()])
  }

  @Test(arguments: ["link", "second name", "folder", "pipe"])
  func whatAnotherLaidInTheLocksPlaceIsNotTouched(_ trap: String) async throws {
    let file = try StoreFile()
    let victim = try file.folder.write("victim", "somebody's words")
    let lock = file.path + ".lock"
    switch trap {
    case "link": #expect(symlink(victim, lock) == 0)
    case "second name": #expect(link(victim, lock) == 0)
    case "folder": #expect(mkdir(lock, 0o700) == 0)
    default: #expect(mkfifo(lock, 0o600) == 0)
    }
    let error = try await storeError { _ = try file.open() }
    #expect(error.kind == .denied && error.description.contains("another user"))
    #expect(try String(contentsOfFile: victim, encoding: .utf8) == "somebody's words")
    #expect(SQLiteEventStore.writer(path: file.path) == nil)
  }

  @Test func aPathThroughAFileIsMissing() async throws {
    let file = try StoreFile()
    let path = try file.folder.write("a", "") + "/colisd.db"
    #expect(
      try await storeError { _ = try SQLiteEventStore.open(path: path, for: .reading) }.kind
        == .missing)
  }

  @Test func workThatWasCancelledIsNoFault() async throws {
    let store = try StoreFile().open()
    let work = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await storeError { _ = try await store.counts() }
    }
    let error = try await work.value
    #expect(error.kind == .cancelled && !error.description.contains("report"))
  }

  @Test func theLeaseIsFreeAfterAnOpeningThatFailed() async throws {
    let file = try StoreFile()
    try file.folder.write("colisd.db", "this is no database, however long it may be")
    #expect(try await storeError { _ = try file.open() }.kind == .unusable)
    #expect(SQLiteEventStore.writer(path: file.path) == nil)
  }

  @Test func readingAStoreThatIsNotThereIsMissingAndMakesNone() async throws {
    let file = try StoreFile()
    #expect(try await storeError { _ = try file.open(for: .reading) }.kind == .missing)
    #expect(try FileManager.default.contentsOfDirectory(atPath: file.folder.path).isEmpty)
  }

  @Test func aFolderThatIsNotThereIsDenied() async throws {
    let folder = try TemporaryDirectory()
    let error = try await storeError {
      _ = try SQLiteEventStore.open(path: folder.file("none/colisd.db"), for: .writing)
    }
    #expect(error.kind == .denied)
    #expect("\(error)".contains(folder.path))
  }

  @Test(arguments: [StoreAccess.reading, .writing])
  func aFileThatIsNoDatabaseIsUnusableAndStaysAsItWas(_ access: StoreAccess) async throws {
    let file = try StoreFile()
    let text = String(repeating: "CPCustoID;AccountID;CPPclCode\n", count: 500)
    try file.folder.write("colisd.db", text)
    let error = try await storeError { _ = try file.open(for: access) }
    #expect(error.kind == .unusable)
    #expect(try String(contentsOfFile: file.path, encoding: .utf8) == text)
  }

  @Test(arguments: [StoreAccess.reading, .writing])
  func aDatabaseOfSomethingElseIsNoStoreAndStaysAsItWas(_ access: StoreAccess) async throws {
    let file = try StoreFile()
    try file.execute("CREATE TABLE bookmarks(url TEXT)")
    let before = try Data(contentsOf: URL(filePath: file.path))
    #expect(try await storeError { _ = try file.open(for: access) }.kind == .unusable)
    #expect(try Data(contentsOf: URL(filePath: file.path)) == before)
  }

  @Test(arguments: [StoreAccess.reading, .writing])
  func aStoreOfANewerVersionIsRefused(_ access: StoreAccess) async throws {
    let file = try StoreFile()
    _ = try file.open()
    try file.execute("INSERT INTO grdb_migrations VALUES('99: of tomorrow')")
    let content = try file.content()
    let error = try await storeError { _ = try file.open(for: access) }
    #expect(error.kind == .unusable && error.reason.contains("newer"))
    #expect(try file.content() == content)
  }

  @Test func nobodyElseMayReadItsFiles() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit([Row()])
    let names = try FileManager.default.contentsOfDirectory(atPath: file.folder.path).sorted()
    #expect(names == ["colisd.db", "colisd.db-shm", "colisd.db-wal", "colisd.db.lock"])
    for name in names {
      let attributes = try FileManager.default.attributesOfItem(atPath: file.folder.file(name))
      #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
    }
    #expect(try await store.counts().events == 1)
  }

  @Test func aTemporaryStoreTakesItsFolderWithIt() async throws {
    var store: SQLiteEventStore? = try SQLiteEventStore.temporary()
    let path = try #require(store?.path)
    try await store?.commit([Row()])
    #expect(FileManager.default.fileExists(atPath: path))
    store = nil
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func aJournalThatLostItsEntriesIsDamagedNotEndless() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit([Row(), Row(code: "returned")])
    for damage in ["x''", "x'02'", "x'020202'"] {
      try file.execute("UPDATE journal SET records = \(damage)")
      #expect(try await storeError { _ = try await store.allEvents() }.kind == .unusable)
    }
  }
}
