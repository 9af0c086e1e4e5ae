import Testing
import TrackingFile

struct GzipTests {
  private static let lines = (0..<500).map { Sample.row(order: "CMD-\($0)", label: "Livré") }
  private static let plain = Array(Sample.file(lines).utf8)

  @Test
  func aPackedFileReadsAsThePlainOneToldByItsContent() async throws {
    let reading = Reading(try await gzipped(Self.plain))
    #expect(reading == Reading(Self.plain))
    #expect(reading.rows.count == 500)
    #expect(reading.failure == nil)
  }

  @Test
  func packedFilesWrittenOneAfterTheOtherAreOneFile() async throws {
    // The second begins in the middle of a line.
    let middle = Self.plain.count / 2
    let first = try await gzipped(Array(Self.plain[..<middle]))
    let second = try await gzipped(Array(Self.plain[middle...]))
    let empty = try await gzipped([])
    let bytes = first + empty + second
    #expect(Reading(bytes) == Reading(Self.plain))
    for place in first.count - 1...first.count + 2 {
      #expect(Reading(bytes, firstChunk: place) == Reading(Self.plain))
    }
  }

  @Test(arguments: [1, 512])
  func nulsBetweenAndAfterPackedDataArePassedOver(count: Int) async throws {
    let middle = Self.plain.count / 3
    let zeros = [UInt8](repeating: 0, count: count)
    let first = try await gzipped(Array(Self.plain[..<middle]))
    let second = try await gzipped(Array(Self.plain[middle...]))
    let bytes = first + zeros + second + zeros
    #expect(Reading(bytes) == Reading(Self.plain))
    #expect(Reading(bytes, chunkSize: 1) == Reading(Self.plain))
  }

  @Test(arguments: ["garbage\n", "\0\0x", "E1;EM180619\n"])
  func anyOtherByteAfterPackedDataFailsTheFileWithItsPlace(garbage: String) async throws {
    let packed = try await gzipped(Self.plain)
    let bytes = packed + Array(garbage.utf8)
    let place = packed.count + garbage.utf8.prefix { $0 == 0 }.count
    for size in [1, Int.max] {
      #expect(
        Reading(bytes, chunkSize: size).failure
          == .corruptGzip("at byte \(place) begins something that is no packed data"))
    }
  }

  @Test
  func aFileCutOffIsIncompleteAndTheLineThatItIsCutInIsNoRecord() async throws {
    let packed = try await gzipped(Self.plain)
    let whole = Reading(Self.plain).rows
    for length in stride(from: 2, to: packed.count, by: 31) {
      let reading = Reading(Array(packed[..<length]))
      guard case .incomplete? = reading.failure else {
        Issue.record("cut at \(length): \(String(describing: reading.failure))")
        continue
      }
      #expect(reading.failure?.mayHeal == true)
      #expect(reading.malformed.isEmpty)
      #expect(reading.rows == Array(whole.prefix(reading.rows.count)))
    }
    let withoutEnd = Reading(Array(packed.dropLast()))
    #expect(withoutEnd.rows == whole)
    #expect(withoutEnd.failure != nil)
  }

  @Test
  func damagedDataAreToldAsSuch() async throws {
    var packed = try await gzipped(Self.plain)
    packed[packed.count - 6] ^= 0xff
    guard case .corruptGzip(let reason)? = Reading(packed).failure else {
      Issue.record("read as \(Reading(packed))")
      return
    }
    #expect(reason.contains("incorrect data check"))
    #expect(Reading(packed, chunkSize: 1).failure == Reading(packed).failure)
    #expect(Reading(packed).failure?.mayHeal == false)
  }

  @Test(arguments: [1_000, 65_536])
  func batchesBeforeTheDamageComeOutWhereverTheBytesWereCut(chunkSize: Int) async throws {
    let rows = (0..<9_000).map { Sample.row(order: "CMD-\($0)") }
    var packed = try await gzipped(Array(Sample.file(rows).utf8))
    packed[packed.count - 6] ^= 0xff
    let reading = Reading(packed)
    #expect(reading.batches.count >= 2 && reading.rows.count < 9_000)
    #expect(Reading(packed, chunkSize: chunkSize) == reading)
  }

  @Test
  func aPackedFileOfOneByteManyTimesOverNeedsNoMemoryOfItsSize() async throws {
    let bytes = Array(Sample.header.utf8) + [UInt8](repeating: 0x78, count: 8 << 20)
    let packed = try await gzipped(bytes + Array("\n\(Sample.row())\n".utf8))
    #expect(packed.count < 64 << 10)
    let reading = Reading(packed)
    #expect(reading.reasons == [.lineTooLong])
    #expect(reading.malformed.first?.raw.count == MalformedLine.longestRaw)
    #expect(reading.rows.map(\.line) == [3])
  }
}
