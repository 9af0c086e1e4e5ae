import Carrier
import ParcelStore
import SQLiteStore
import TestSupport
import Testing

@Suite struct ParcelCacheTests {
  private func key(_ number: Int, account: UInt32 = 1) throws -> ParcelCache.Key {
    let digits = String(number)
    let text = String(repeating: "0", count: 12 - digits.count) + digits
    return ParcelCache.Key(number: try #require(ParcelNumber(text)), account: account)
  }

  @Test func whatItSaysIsWhatWasWrittenLast() throws {
    var generator = SeededGenerator(seed: 1)
    var cache = ParcelCache()
    var truth: [Int: (id: Int64, attributes: UInt32)] = [:]
    var hits = 0
    for _ in 0..<200_000 {
      let number = Int.random(in: 0..<20_000, using: &generator)
      if let entry = cache[try key(number)] {
        hits += 1
        #expect(truth[number]?.id == entry.id && truth[number]?.attributes == entry.attributes)
      }
      if Bool.random(using: &generator) {
        let entry = (Int64(number + 1), UInt32.random(in: 0...9, using: &generator))
        truth[number] = entry
        cache.insert(.init(id: entry.0, attributes: entry.1), for: try key(number))
      }
    }
    // It is far from full, so hardly any entry is replaced.
    #expect(hits > 150_000)
  }

  @Test func aNumberUnderAnotherAccountIsAnotherParcel() throws {
    var cache = ParcelCache()
    cache.insert(.init(id: 7, attributes: 0), for: try key(1, account: 1))
    #expect(cache[try key(1, account: 2)] == nil)
    #expect(cache[try key(1, account: 1)]?.id == 7)
    // The key of free slots names no parcel.
    #expect(cache[try key(0, account: 0)] == nil)
  }

  @Test func whatCameLatelyIsKnownHoweverManyCame() throws {
    var cache = ParcelCache()
    let many = ParcelCache.mostSlots * 2
    for number in 0..<many {
      cache.insert(.init(id: Int64(number + 1), attributes: 0), for: try key(number))
    }
    let lately = try (many - 50_000..<many).count { cache[try key($0)]?.id == Int64($0 + 1) }
    #expect(lately > 49_000)
    let longAgo = try (0..<50_000).count { cache[try key($0)] != nil }
    #expect(longAgo < 25_000)
  }
}
