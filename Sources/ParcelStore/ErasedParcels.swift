import Carrier

/// Up to when the data of parcels is erased, as the writer keeps it in memory: rows are compared with it before they are
/// stored. Empty in most stores, and then it costs nothing.
package struct ErasedParcels: Sendable {
  private struct Key: Hashable {
    var number: ParcelNumber
    /// The row of the account pair; 0: none.
    var account: Int64
  }

  private var instants: [Key: Int64] = [:]
  /// The same numbers, to be looked for in lines that can't be read.
  private var numbers = ErasedNumbers([])

  package init() {}

  /// - Parameter erasures: of each parcel the latest instant up to which an erasure reaches, as `select` gives them.
  package init(_ erasures: [(number: String, account: Int64, at: Int64)]) {
    var numbers: Set<ParcelNumber> = []
    for erasure in erasures {
      guard let number = ParcelNumber(any: erasure.number) else { continue }
      numbers.insert(number)
      instants[Key(number: number, account: erasure.account)] = erasure.at
    }
    self.numbers = ErasedNumbers(numbers)
  }

  package static let select =
    "SELECT number, account, max(at) FROM erasure GROUP BY number, account"

  @inline(__always)
  package var isEmpty: Bool { instants.isEmpty }

  /// Whether a line that can't be read may be about a recipient whose data is erased.
  package func mayBeIn(_ line: [UInt8]) -> Bool {
    line.withUnsafeBytes { numbers.isAnyFound(in: $0) || numbers.isAnyWithin($0) }
  }

  /// Whether a row is about a recipient whose data is erased; see `Erasure.hides`.
  /// - Parameter account: the row of its account pair.
  package func hide(
    _ number: ParcelNumber, _ account: Int64, at time: EventTime, receivedAt: Int64
  ) -> Bool {
    guard let instant = instants[Key(number: number, account: account)] else { return false }
    return Erasure.hides(time, upTo: instant, receivedAt: receivedAt)
  }
}
