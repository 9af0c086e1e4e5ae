import ParcelStore
import TestSupport
import Testing

@Suite struct HashSeedTests {
  /// The seed that the hash had when it was the same in every process.
  private static let formerSeed: UInt64 = 0x9e37_79b9_7f4a_7c15

  /// Texts of sixteen bytes that all have one hash under a known seed: for any first half there is a
  /// second half that leads to the same word.
  private func collidingTexts(_ count: Int) -> [[UInt8]] {
    (0..<UInt64(count)).map { first in
      let second = 0x5555 ^ fold(Self.formerSeed ^ 16 ^ first)
      return withUnsafeBytes(of: (first, second)) { Array($0) }
    }
  }

  private func hashes(of texts: [[UInt8]], seed: UInt64) -> Set<UInt64> {
    Set(texts.map { text in text.withUnsafeBytes { foldedHash($0, seed: seed) } })
  }

  @Test func textsThatCollideUnderAKnownSeedDoNotUnderThatOfTheProcess() {
    let texts = collidingTexts(10_000)
    #expect(Set(texts).count == 10_000)
    #expect(hashes(of: texts, seed: Self.formerSeed).count == 1)
    #expect(hashes(of: texts, seed: processSeed).count > 9_990)
  }

  @Test func eachProcessHasASeedOfItsOwn() async throws {
    let result = try await #require(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) {
      print("seed:\(processSeed):")
    }
    let output = String(decoding: result.standardOutputContent, as: UTF8.self)
    let seed = try #require(output.split(separator: ":").dropFirst().first)
    #expect(UInt64(seed) != nil)
    #expect(UInt64(seed) != processSeed)
  }
}
