/// The places of a line's fields that are no single column: values that are the same for all rows, and columns
/// that are joined of several.
///
/// All of them lie in the buffer of the lines, after these, so a parser needs no other way for them.
struct GivenFields {
  /// First an empty field for columns that the file has not, then one for each column of the layout. The
  /// memory is its owner's: `LineSink`.
  let places: UnsafeMutablePointer<ByteRange>
  private(set) var values: [(column: Int, bytes: [UInt8])] = []

  /// What stands in a parser's table for a column that the file has not.
  static let none = -1

  /// The same for one that is here; its place is `places[-1 - number]`.
  static func place(of column: Int) -> Int { -2 - column }

  init() {
    let count = Layout.Column.allCases.count + 1
    places = .allocate(capacity: count)
    places.initialize(repeating: .empty, count: count)
  }

  func deallocate() { places.deallocate() }

  /// Sets the values for the next file.
  mutating func use(_ values: [(column: Int, bytes: [UInt8])]) { self.values = values }

  /// How many bytes the values take.
  var size: Int { values.reduce(0) { $0 + $1.bytes.count } }

  /// Writes the values into a buffer.
  /// - Returns: the place after them.
  func write(to buffer: UnsafeMutableRawPointer, at start: Int) -> Int {
    var end = start
    for (column, bytes) in values {
      for (index, byte) in bytes.enumerated() {
        buffer.storeBytes(of: byte, toByteOffset: end + index, as: UInt8.self)
      }
      set(ByteRange(start: end, count: bytes.count), for: column)
      end += bytes.count
    }
    return end
  }

  @inline(__always)
  func set(_ place: ByteRange, for column: Int) { places[column + 1] = place }

  @inline(__always)
  func place(for column: Int) -> ByteRange { places[column + 1] }
}
