import Ingest
import SFTP
import Testing

@Suite struct SettleTests {
  @Test
  func withoutARuleAFileIsReadyAtOnce() throws {
    var watch = SettleWatch()
    let judged = watch.judge([try listed("a")], rule: .none, newestTime: nil)
    #expect(judged.ready.map(\.path) == ["a"])
  }

  @Test
  func aFileWithItsSidecarIsReadyAtOnceAndOneWithoutNever() throws {
    let rule = SettleRule.sidecar(try #require(SidecarPattern("*.ok")))
    var watch = SettleWatch()
    var whole = try listed("a.csv")
    whole.sidecars = [try #require(RemoteName("a.ok"))]
    let other = try listed("b.csv")
    for _ in 1...3 {
      let judged = watch.judge([whole, other], rule: rule, newestTime: nil)
      #expect(judged.ready.map(\.path) == ["a.csv"])
      #expect(judged.waiting.map(\.path) == ["b.csv"])
    }
  }

  @Test
  func twoListingsThatAgreeMakeAFileReadyOneDoesNot() throws {
    var watch = SettleWatch()
    let file = try listed("a")
    #expect(watch.judge([file], rule: .listing, newestTime: nil).ready.isEmpty)
    #expect(watch.judge([file], rule: .listing, newestTime: nil).ready.map(\.path) == ["a"])
  }

  @Test
  func aFileThatGrowsOrIsTouchedBeginsToSettleAnew() throws {
    var watch = SettleWatch()
    for (size, mtime) in [(1, 100), (2, 100), (2, 101)] as [(UInt64, UInt32)] {
      let judged = watch.judge(
        [try listed("a", size: size, mtime: mtime)], rule: .listing, newestTime: nil)
      #expect(judged.waiting.map(\.path) == ["a"])
    }
    let judged = watch.judge(
      [try listed("a", size: 2, mtime: 101)], rule: .listing, newestTime: nil)
    #expect(judged.ready.count == 1)
  }

  @Test
  func aFileThatVanishesInBetweenIsNewWhenItIsBack() throws {
    var watch = SettleWatch()
    let file = try listed("a")
    _ = watch.judge([file], rule: .listing, newestTime: nil)
    _ = watch.judge([], rule: .listing, newestTime: nil)
    #expect(watch.judge([file], rule: .listing, newestTime: nil).ready.isEmpty)
  }

  @Test
  func ageCountsByTheServersOwnTimesOrByHowLongItWasSeenUnchanged() throws {
    let rule = SettleRule.age(.seconds(10))
    let start = ContinuousClock.now
    var watch = SettleWatch()
    let old = try listed("old", mtime: 90)
    let young = try listed("young", mtime: 95)
    let first = watch.judge([old, young], rule: rule, newestTime: 100, now: start)
    #expect(first.ready.isEmpty, "one listing is not enough")
    let next = watch.judge([old, young], rule: rule, newestTime: 100, now: start + .seconds(2))
    #expect(next.ready.map(\.path) == ["old"])
    let second = watch.judge([old, young], rule: rule, newestTime: 100, now: start + .seconds(9))
    #expect(second.waiting.map(\.path) == ["young"])
    let third = watch.judge([old, young], rule: rule, newestTime: 100, now: start + .seconds(10))
    #expect(third.ready.count == 2)
  }

  @Test
  func aServerWithoutTimesIsJudgedByWhatWasSeen() throws {
    let start = ContinuousClock.now
    var watch = SettleWatch()
    let file = try listed("a", size: nil, mtime: nil)
    let rule = SettleRule.age(.seconds(10))
    #expect(watch.judge([file], rule: rule, newestTime: nil, now: start).ready.isEmpty)
    let later = watch.judge([file], rule: rule, newestTime: nil, now: start + .seconds(11))
    #expect(later.ready.count == 1)
  }

  @Test
  func aFileIsSeenSinceItsFirstListingHoweverItGrows() throws {
    let start = ContinuousClock.now
    var watch = SettleWatch()
    func seenAt(size: UInt64?, after seconds: Int) throws -> ContinuousClock.Instant? {
      let files = try size.map { [try listed("a", size: $0)] } ?? []
      let judged = watch.judge(
        files, rule: .listing, newestTime: nil, now: start + .seconds(seconds))
      return (judged.ready + judged.waiting).first?.seenAt
    }
    #expect(try seenAt(size: 1, after: 0) == start)
    #expect(try seenAt(size: 2, after: 60) == start)
    #expect(try seenAt(size: 2, after: 120) == start)
    // It was read, or it is gone.
    #expect(try seenAt(size: nil, after: 180) == nil)
    #expect(try seenAt(size: 3, after: 240) == start + .seconds(240))
  }
}
