import ParcelStore
import SQLiteStore
import TestSupport
import Testing

@Suite struct JournalBlockTests {
  @Test(arguments: UInt64(1)...20)
  func entriesComeBackAsTheyWereAppended(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let ranges: [ClosedRange<Int64>] = [0...3, 0...1000, 0...(1 << 40), 0...(1 << 61)]
    let entries = (0..<500).map { _ in
      // Numbers fall as often as they rise, so half of the differences are negative.
      func number() -> Int64 {
        Int64.random(in: ranges.randomElement(using: &generator) ?? 0...0, using: &generator)
      }
      return JournalBlock.Entry(parcel: number(), file: number(), line: number())
    }
    var block = JournalBlock()
    for entry in entries { block.append(entry) }
    #expect(block.count == entries.count)
    #expect(JournalBlock.entries(of: block.bytes, count: entries.count) == entries)
  }

  @Test(arguments: UInt64(1)...20)
  func effectsComeBackWithTheirEntries(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let entries = (0..<Int.random(in: 1...128, using: &generator)).map { line in
      JournalBlock.Entry(
        parcel: 1, file: 1, line: Int64(line),
        effect: StatusEffect(
          changesStatus: .random(using: &generator), isFirstOfStatus: .random(using: &generator)))
    }
    var block = JournalBlock()
    for entry in entries { block.append(entry) }
    #expect(block.bytes.count == 3 * entries.count + (entries.count + 3) / 4)
    #expect(JournalBlock.entries(of: block.bytes, count: entries.count) == entries)
    #expect(JournalBlock.entries(of: block.bytes + [0], count: entries.count) == nil)
    #expect(
      JournalBlock.entries(of: block.bytes.dropLast(), count: entries.count)?.last?.effect == nil)
  }

  @Test func aBlockIsFullAtItsCapacityAndCanBeUsedAgain() {
    var block = JournalBlock()
    for line in 1...JournalBlock.capacity {
      #expect(!block.isFull)
      block.append(.init(parcel: 5, file: 1, line: Int64(line)))
    }
    #expect(block.isFull)
    block.removeAll()
    #expect(block.count == 0 && block.bytes.isEmpty)
    let entry = JournalBlock.Entry(parcel: 7, file: 2, line: 1)
    block.append(entry)
    #expect(JournalBlock.entries(of: block.bytes, count: 1) == [entry])
  }

  @Test func neighboursTakeFewBytes() {
    var block = JournalBlock()
    for index in 0..<1000 {
      block.append(.init(parcel: 1_000_000 + Int64(index) / 4, file: 9, line: Int64(index) + 2))
    }
    #expect(block.bytes.count < 5 * 1000)
  }

  @Test func noBytesAreNoEntries() {
    #expect(JournalBlock.entries(of: [], count: 0) == [])
  }

  @Test(arguments: [
    [0x02], [0x02, 0x02], [0x80], [0x02, 0x02, 0x80], [0x02, 0x02, 0x02, 0x02],
    [0x02, 0x02] + Array(repeating: 0xff, count: 11), Array(repeating: 0x80, count: 30),
  ])
  func bytesThatBreakOffOrNeverEndAreNoBlock(_ bytes: [UInt8]) {
    #expect(JournalBlock.entries(of: bytes, count: 3) == nil)
  }

  @Test(arguments: UInt64(1)...50)
  func noBytesMakeItCrash(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let bytes = (0..<400).map { _ in UInt8.random(in: 0...255, using: &generator) }
    for end in bytes.indices {
      let entries = JournalBlock.entries(
        of: Array(bytes[..<end]), count: Int.random(in: 0...200, using: &generator))
      #expect((entries?.count ?? 0) * 3 <= end)
    }
  }
}
