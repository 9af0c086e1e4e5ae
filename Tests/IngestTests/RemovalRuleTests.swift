import Ingest
import ParcelStore
import Testing

@Suite struct RemovalRuleTests {
  private let seenAt: Int64 = 1_788_000_000
  private let day: Int64 = 86_400

  private func file(
    rows: Int, rejected: Int = 0, state: FileState = .ingested, isSeen: Bool = true
  ) -> LedgerFile {
    var file = LedgerFile(id: FileID(rawValue: 1), path: "a.csv", state: state)
    (file.size, file.mtime) = (1, 1)
    file.counts.rows = rows
    file.counts.rejected = rejected
    file.postAction = .delete(isDone: false)
    file.seenAt = isSeen ? seenAt : nil
    return file
  }

  @Test func aFileGoesWhenItWasSeenUnchangedForTheGrace() {
    let rule = RemovalRule(grace: .seconds(600))
    for (after, goes) in [(-day, false), (0, false), (599, false), (600, true), (day, true)] {
      #expect(rule.allows(file(rows: 5), now: seenAt + after) == goes, "after \(after)")
    }
    #expect(!rule.allows(file(rows: 5, isSeen: false), now: seenAt + day))
    let atOnce = RemovalRule(grace: .zero)
    #expect(atOnce.allows(file(rows: 5), now: seenAt))
    #expect(atOnce.allows(file(rows: 5, isSeen: false), now: seenAt))
  }

  @Test(arguments: [Duration.zero, .seconds(600), .seconds(172_800)])
  func aFileWithoutRowsStaysForADayAtLeast(_ grace: Duration) {
    let rule = RemovalRule(grace: grace)
    let wait = max(day, grace.components.seconds)
    #expect(!rule.allows(file(rows: 0), now: seenAt + wait - 1))
    #expect(rule.allows(file(rows: 0), now: seenAt + wait))
    #expect(!rule.allows(file(rows: 0, isSeen: false), now: seenAt + wait))
  }

  @Test func aFileOfMostlyRejectsStaysUntilItIsDismissed() {
    let rule = RemovalRule(grace: .zero)
    let later = seenAt + 1_000 * day
    #expect(rule.allows(file(rows: 4, rejected: 2), now: later))
    #expect(!rule.allows(file(rows: 4, rejected: 3), now: later))
    #expect(!rule.allows(file(rows: 1, rejected: 1), now: later))
    #expect(rule.allows(file(rows: 4, rejected: 3, state: .dismissed), now: later))
  }
}
