import ParcelStore
import SQLiteStore
import Testing

@Suite struct CurrentPositionTests {
  private static let instants: [Int64] = [
    -62_167_219_200, -2_208_988_800, -1, 0, 1, 1_787_917_330, 1_787_917_331, 253_402_300_799,
  ]

  @Test func mappedStandsBehindUnmappedThenTimeThenRankDecides() {
    var positions: [CurrentPosition] = []
    for isMapped in [false, true] {
      for instant in Self.instants {
        for rank: UInt8 in [0, 1, 15, 31] {
          positions.append(CurrentPosition(instant: instant, rank: rank, isMapped: isMapped))
        }
      }
    }
    for (left, right) in zip(positions, positions.dropFirst()) { #expect(left < right) }
  }

  @Test(arguments: instants, [false, true])
  func theInstantComesBack(instant: Int64, isMapped: Bool) {
    let position = CurrentPosition(instant: instant, rank: 25, isMapped: isMapped)
    #expect(position.instant == instant)
    #expect(CurrentPosition(rawValue: position.rawValue).instant == instant)
    #expect(position.rawValue >= 0)
  }

  @Test func whatCannotBeRightStandsBelowAllElse() {
    let right = CurrentPosition(instant: .min, rank: 0, isMapped: false)
    for isMapped in [false, true] {
      let odd = CurrentPosition(
        instant: Self.instants[7], rank: 31, isMapped: isMapped, isPlausible: false)
      #expect(odd < right && odd.instant == Self.instants[7])
    }
  }

  @Test func instantsThatNoFileCanNameAreBounded() {
    let first = CurrentPosition(instant: .min, rank: 0, isMapped: true)
    let last = CurrentPosition(instant: .max, rank: 31, isMapped: true)
    #expect(first < CurrentPosition(instant: Self.instants[0], rank: 0, isMapped: true))
    #expect(CurrentPosition(instant: Self.instants[7], rank: 31, isMapped: true) < last)
    #expect(CurrentPosition(instant: .max, rank: 31, isMapped: false) < first)
  }
}
