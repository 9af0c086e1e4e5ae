import Foundation
import ParcelStore
import SQLiteStore
import Synchronization
import TestSupport
import Testing

/// Consistent copies of a store in use.
@Suite struct SQLiteCopyTests {
  @Test func aCopyHasAllEventsAndAnIncarnationOfItsOwn() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit([Row(), Row(account: "X9", accountID: "XX999999"), .raw("?")])
    let target = file.folder.file("copy.db")
    // Whoever only reads may make one, while others write.
    try await file.open(for: .reading).copy(to: target)
    let mode = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let copy = try SQLiteEventStore.open(path: target, for: .writing)
    #expect(try await copy.incarnation() != store.incarnation())
    #expect(try await copy.counts() == store.counts())
    #expect(try await copy.check().isGood)
    #expect(try await copy.allEvents().map(\.seq) == store.allEvents().map(\.seq))
    // Both go on with the same number, under another name.
    let report = try await copy.commit([Row(code: "returned")], path: "b.csv")
    #expect(report.lastSeq == 2)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: file.folder.path)
        .filter { $0.hasSuffix(".partial") }.isEmpty)
  }

  @Test func aCopyThatWasBrokenOffIsMadeAnew() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit([Row()])
    let target = file.folder.file("copy.db")
    // As a killed run leaves it, with a journal that belongs to other pages.
    try Data(repeating: 7, count: 100_000).write(to: URL(fileURLWithPath: target + ".partial"))
    try Data(repeating: 8, count: 5_000).write(
      to: URL(fileURLWithPath: target + ".partial-journal"))
    try await store.copy(to: target)
    #expect(try await SQLiteEventStore.open(path: target, for: .writing).check(.full).isGood)
    let names = try FileManager.default.contentsOfDirectory(atPath: file.folder.path)
    #expect(!names.contains { $0.contains("partial") })
  }

  @Test func aFinishedCopyIsNotEmptiedThroughTheNameThatAKillHasLeft() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit([Row()])
    let (first, second) = (file.folder.file("copy.db"), file.folder.file("kept.db"))
    try await store.copy(to: first)
    // Killed after it got its name; then somebody put it elsewhere.
    try FileManager.default.linkItem(atPath: first, toPath: first + ".partial")
    try FileManager.default.moveItem(atPath: first, toPath: second)
    let kept = try Data(contentsOf: URL(fileURLWithPath: second))
    try await store.copy(to: first)
    #expect(try Data(contentsOf: URL(fileURLWithPath: second)) == kept)
    #expect(!FileManager.default.fileExists(atPath: first + ".partial"))
  }

  @Test func ofTwoCopiesToOneNameTheSecondIsRefused() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit([Row()])
    let target = file.folder.file("copy.db")
    let other = open(target + ".partial", O_RDWR | O_CREAT, 0o600)
    defer { close(other) }
    #expect(flock(other, LOCK_EX) == 0)
    let error = try await storeError { try await store.copy(to: target) }
    #expect(error.kind == .denied && error.reason.contains("another process"))
    #expect(!FileManager.default.fileExists(atPath: target))
  }

  @Test func aCopyThatIsNotWholeGetsNoName() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit([Row()])
    try file.execute("UPDATE store SET events = 7")
    let target = file.folder.file("copy.db")
    let error = try await storeError { try await store.copy(to: target) }
    #expect(error.kind == .unusable && error.reason.contains("events: 7 are kept"))
    #expect(!FileManager.default.fileExists(atPath: target))
    #expect(!FileManager.default.fileExists(atPath: target + ".partial"))
  }

  @Test func aCopySaysHowFarItIs() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit([Row()])
    let last = Mutex((done: 0, all: 0))
    try await store.copy(to: file.folder.file("copy.db")) { done, all in
      last.withLock { $0 = (done, all) }
    }
    let (done, all) = last.withLock { $0 }
    #expect(all > 0 && all % 4_096 == 0 && done == all)
  }

  @Test func nothingIsReplacedByACopy() async throws {
    let file = try StoreFile()
    let store = try file.open()
    let target = file.folder.file("there")
    try Data("mine".utf8).write(to: URL(fileURLWithPath: target))
    let error = try await storeError { try await store.copy(to: target) }
    #expect(error.kind == .denied && error.reason.contains("there is"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: target)) == Data("mine".utf8))
    let nowhere = try await storeError {
      try await store.copy(to: file.folder.file("no/such/folder/copy.db"))
    }
    #expect(nowhere.kind == .denied && nowhere.reason.contains("No such file"))
  }

  @Test func aCopyMadeWhileRowsComeInIsOfOneInstant() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit([Row()], path: "0.csv")
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for number in 1...40 {
          try await store.commit(
            [Row(code: "c\(number)"), Row(parcel: "AB1234567890", code: "c\(number)")],
            path: "\(number).csv")
        }
      }
      group.addTask {
        for number in 1...4 {
          let target = file.folder.file("copy\(number).db")
          try await file.open(for: .reading).copy(to: target)
          let copy = try SQLiteEventStore.open(path: target, for: .writing)
          #expect(try await copy.check().isGood)
          let last = try #require(try await copy.allEvents().last?.seq)
          #expect(last % 2 == 1)
        }
      }
      try await group.waitForAll()
    }
  }
}
