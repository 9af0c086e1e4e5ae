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

  /// Of the type, from the server's `pg_type.dat`; 0: the server finds it out.
  var type: UInt32 {
    switch self {
    case .null: 0
    case .bool: 16
    case .bytes: 17
    case .integer: 20
    case .text: 25
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
    case .text(let text): return Array(text.utf8)
    case .bytes(let bytes): return bytes
    case .integers(let values): return Self.array(of: 20, values.map { bigEndian($0) })
    case .texts(let texts): return Self.array(of: 25, texts.map { Array($0.utf8) })
    }
  }

  /// One dimension, no NULL in it, the first element is number 1.
  private static func array(of type: Int32, _ elements: [[UInt8]]) -> [UInt8] {
    var bytes = bigEndian(Int32(elements.isEmpty ? 0 : 1)) + bigEndian(Int32(0)) + bigEndian(type)
    if elements.isEmpty { return bytes }
    bytes += bigEndian(Int32(elements.count)) + bigEndian(Int32(1))
    for element in elements { bytes += bigEndian(Int32(element.count)) + element }
    return bytes
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
