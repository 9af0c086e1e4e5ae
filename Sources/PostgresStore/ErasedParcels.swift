import Carrier
import ParcelStore
import Postgres

/// Up to when the data of parcels is erased, as the writer keeps it in memory: rows are compared with it before they are
/// stored. Empty in most stores, and then it costs nothing.
struct ErasedParcels: Sendable {
  private struct Key: Hashable {
    var number: ParcelNumber
    /// The row of the account pair; 0: none.
    var account: Int64
  }

  private var instants: [Key: Int64] = [:]
  /// The same numbers, to be looked for in lines that can't be read.
  private var numbers = ErasedNumbers([])

  /// Every parcel with an erasure, and the latest instant up to which one reaches.
  static let select = "SELECT number, account, max(at) FROM erasure GROUP BY number, account"

  /// - Parameter rows: of `select`.
  init(_ rows: PostgresRows) {
    var numbers: Set<ParcelNumber> = []
    for row in rows {
      guard let number = ParcelNumber(any: row.text(0)) else { continue }
      numbers.insert(number)
      instants[Key(number: number, account: row.integer(1))] = row.integer(2)
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
    _ number: ParcelNumber, _ account: Int64, at time: EventTime, receivedAt: Int64
  ) -> Bool {
    guard let instant = instants[Key(number: number, account: account)] else { return false }
    return Erasure.hides(time, upTo: instant, receivedAt: receivedAt)
  }
}
