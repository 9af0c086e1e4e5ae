import FuzzTargets
import TestSupport
import Testing

/// Files as large as may be, that no small input can stand for.
@Suite struct SizeTests {
  private static let limit = Duration.seconds(2)

  private func run(_ target: String, _ text: String) throws {
    let target = try #require(FuzzTarget.named(target))
    #expect(text.utf8.count < 64 << 10)
    let time = try threadTime { try target.run(Array(text.utf8)) }
    #expect(time < Self.limit, "it takes \(time)")
  }

  @Test func aStatusMapMayHaveTwoThousandCodes() throws {
    let codes = (0..<2_000).map { "  c\($0): { status: lost }\n" }
    try run("statusmap", "name: x\ncodes:\n" + codes.joined())
  }

  @Test func unknownKeysAreCountedUpToAHundred() throws {
    try run("config", (0..<6_000).map { "k\($0): 1\n" }.joined())
  }
}
