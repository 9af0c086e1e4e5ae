import Carrier
import GRDB
import ParcelStore

/// Up to when the data of parcels is erased, as the writer keeps it in memory: rows are compared with it before they are
/// stored. Empty in most stores, and then it costs nothing.
struct ErasedParcels {
  private struct Key: Hashable {
    var number: ParcelNumber
    var account: UInt32
  }

  private var instants: [Key: Int64] = [:]
  /// The same numbers, to be looked for in lines that can't be read.
  private var numbers = ErasedNumbers([])

  init() {}

  init(_ db: Database) throws {
    let rows = try RawStatement(
      db, "SELECT number, account, max(at) FROM erasure GROUP BY number, account")
    defer { rows.reset() }
    var numbers: Set<ParcelNumber> = []
    while try rows.step() {
      guard let number = ParcelNumber(any: String(decoding: rows.text(0), as: UTF8.self)) else {
        continue
      }
      numbers.insert(number)
      let account = try fitting(rows.integer(1), as: UInt32.self)
      instants[Key(number: number, account: account)] = rows.integer(2)
    }
    self.numbers = ErasedNumbers(numbers)
  }

  @inline(__always)
  var isEmpty: Bool { instants.isEmpty }

  /// Whether a line that can't be read may be about a recipient whose data is erased.
  func mayBeIn(_ line: [UInt8]) -> Bool {
    line.withUnsafeBytes { numbers.isAnyFound(in: $0) || numbers.isAnyWithin($0) }
  }

  /// Whether a row is about a recipient whose data is erased; see `Erasure.hides`.
  /// - Parameter account: the row of its account pair.
  func hide(
    _ number: ParcelNumber, _ account: UInt32, at time: EventTime, receivedAt: Int64
  ) -> Bool {
    guard let instant = instants[Key(number: number, account: account)] else { return false }
    return Erasure.hides(time, upTo: instant, receivedAt: receivedAt)
  }
}
