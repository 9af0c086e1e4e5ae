/// Puts rows into the order of the table's primary key.
///
/// Rows come in the order of the files, and a group has few rows per parcel. So a radix sort orders
/// them by parcel, in about two passes and without a comparison, and only rows of one parcel are
/// compared. Rows of one event stay in the order of the files.
package struct RowOrder {
  private var order: [UInt32] = []
  private var other: [UInt32] = []

  private static let bits: UInt32 = 11
  private static let mask: UInt32 = 1 << bits - 1

  package init() {}

  /// - Returns: the indexes of the rows, in their order.
  package mutating func sorted(_ rows: [EventRow]) -> [UInt32] {
    order = Array(0..<UInt32(rows.count))
    other = order
    rows.withUnsafeBufferPointer { rows in
      guard let first = rows.first?.parcel else { return }
      var (lowest, highest) = (first, first)
      for row in rows {
        lowest = min(lowest, row.parcel)
        highest = max(highest, row.parcel)
      }
      var shift: UInt32 = 0
      while shift < UInt32.bitWidth, (highest - lowest) >> shift != 0 {
        count(rows, from: lowest, shift)
        swap(&order, &other)
        shift += Self.bits
      }
      compare(rows)
    }
    return order
  }

  /// One pass of the radix sort, by some bits of the parcel, from `order` to `other`.
  private mutating func count(
    _ rows: UnsafeBufferPointer<EventRow>, from lowest: UInt32, _ shift: UInt32
  ) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Int(Self.mask) + 2) { starts in
      starts.initialize(repeating: 0)
      func digit(_ place: UInt32) -> Int {
        Int((rows[Int(place)].parcel &- lowest) >> shift & Self.mask)
      }
      for place in order { starts[digit(place) + 1] += 1 }
      for index in 1..<starts.count { starts[index] += starts[index - 1] }
      other.withUnsafeMutableBufferPointer { other in
        for place in order {
          let digit = digit(place)
          other[Int(starts[digit])] = place
          starts[digit] += 1
        }
      }
    }
  }

  /// Orders the rows of each parcel.
  private mutating func compare(_ rows: UnsafeBufferPointer<EventRow>) {
    order.withUnsafeMutableBufferPointer { order in
      var start = 0
      while start < order.count {
        let parcel = rows[Int(order[start])].parcel
        var end = start + 1
        while end < order.count, rows[Int(order[end])].parcel == parcel { end += 1 }
        if end - start > 16 {
          order[start..<end].sort { EventRow.precedes(rows[Int($0)], rows[Int($1)]) }
        } else {
          for next in start + 1..<end {
            let place = order[next]
            var index = next
            while index > start, EventRow.precedes(rows[Int(place)], rows[Int(order[index - 1])]) {
              order[index] = order[index - 1]
              index -= 1
            }
            order[index] = place
          }
        }
        start = end
      }
    }
  }
}
