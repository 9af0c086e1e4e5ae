/// A parameter of a statement, in the binary form that the server reads.
public enum PostgresValue: Sendable, Hashable {
  case null
  case bool(Bool)
  /// `bigint`. A statement that wants another integer casts it: `$1::int4`.
  case integer(Int64)
  case text(String)
  case bytes([UInt8])
  /// `bigint[]`.
  case integers([Int64])
  /// `text[]`.
  case texts([String])
  /// `bytea[]`.
  case blobs([[UInt8]])

  /// Of the type, from the server's `pg_type.dat`; 0: the server finds it out.
  var type: UInt32 {
    switch self {
    case .null: 0
    case .bool: 16
    case .bytes: 17
    case .integer: 20
    case .text: 25
    case .blobs: 1_001
    case .texts: 1_009
    case .integers: 1_016
    }
  }

  /// Nil: NULL.
  var binary: [UInt8]? {
    switch self {
    case .null: return nil
    case .bool(let value): return [value ? 1 : 0]
    case .integer(let value): return bigEndian(value)
    case .text(let text): return Self.bytes(of: text)
    case .bytes(let bytes): return bytes
    case .integers(let values): return Self.array(values)
    case .texts(let texts): return Self.array(of: 25, texts.map { Self.bytes(of: $0) })
    case .blobs(let blobs): return Self.array(of: 17, blobs)
    }
  }

  /// A text as the server takes it: it has no NUL in texts, so `␀` stands for one.
  package static func bytes(of text: String) -> [UInt8] { withoutNUL(Array(text.utf8)) }

  static func withoutNUL(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(0) else { return bytes }
    return bytes.flatMap { $0 == 0 ? Array("\u{2400}".utf8) : [$0] }
  }

  /// One dimension, no NULL in it, the first element is number 1.
  private static func head(of type: Int32, count: Int) -> [UInt8] {
    var bytes = bigEndian(Int32(count == 0 ? 0 : 1)) + bigEndian(Int32(0)) + bigEndian(type)
    if count > 0 { bytes += bigEndian(Int32(count)) + bigEndian(Int32(1)) }
    return bytes
  }

  private static func array(of type: Int32, _ elements: [[UInt8]]) -> [UInt8] {
    var bytes = head(of: type, count: elements.count)
    bytes.reserveCapacity(elements.reduce(bytes.count) { $0 + 4 + $1.count })
    for element in elements {
      withUnsafeBytes(of: Int32(element.count).bigEndian) { bytes += $0 }
      bytes += element
    }
    return bytes
  }

  /// Of `bigint`: without a list of lists, as there may be a hundred thousand.
  private static func array(_ numbers: [Int64]) -> [UInt8] {
    let head = head(of: 20, count: numbers.count)
    return [UInt8](unsafeUninitializedCapacity: head.count + 12 * numbers.count) { buffer, count in
      _ = buffer.initialize(from: head)
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      var place = head.count
      for number in numbers {
        bytes.storeBytes(of: Int32(8).bigEndian, toByteOffset: place, as: Int32.self)
        bytes.storeBytes(of: number.bigEndian, toByteOffset: place + 4, as: Int64.self)
        place += 12
      }
      count = place
    }
  }
}

/// The bytes of a number in the order of the network.
func bigEndian<N: FixedWidthInteger>(_ number: N) -> [UInt8] {
  withUnsafeBytes(of: number.bigEndian) { Array($0) }
}

extension PostgresValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
  ExpressibleByNilLiteral, ExpressibleByBooleanLiteral
{
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(stringLiteral value: String) { self = .text(value) }
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension PostgresValue {
  public init(_ value: Int64?) { self = value.map(Self.integer) ?? .null }
  public init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .null }
  public init(_ value: String?) { self = value.map(Self.text) ?? .null }
  public init(_ value: [UInt8]?) { self = value.map(Self.bytes) ?? .null }
}
