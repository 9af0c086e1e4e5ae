import Carrier

/// A JSON value. Its keys keep their order and absent values are `null`, because users script against
/// that; Foundation's encoder has no order and leaves nil out.
public enum JSON: Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case string(String)
  case array([JSON])
  case object([(key: String, value: JSON)])

  public init(_ text: String?) { self = text.map { .string($0) } ?? .null }
  public init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }
  public init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }
  public init(_ flag: Bool?) { self = flag.map { .bool($0) } ?? .null }
  /// An instant in UTC.
  /// - Parameter seconds: seconds since 1970.
  public init(utc seconds: Int64?) { self.init(seconds.map { WallClock.utc(seconds: $0) }) }

  /// On one line.
  public var text: String {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// On one line, as bytes.
  public func write(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += "null".utf8
    case .bool(let flag): bytes += (flag ? "true" : "false").utf8
    case .integer(let number): bytes += String(number).utf8
    case .string(let text): Self.append(text, to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.append(member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// Appends a string with its quotes. What RFC 8259 wants escaped is escaped, and so is what is unsafe
  /// on a terminal: any reader of JSON gives the original back.
  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    // Most texts need no escapes, and are appended in one piece.
    var whole = text
    let isDone = whole.withUTF8 { utf8 in
      guard isPlain(utf8) else { return false }
      bytes.append(contentsOf: utf8)
      return true
    }
    if isDone {
      bytes.append(UInt8(ascii: "\""))
      return
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": bytes += "\\\"".utf8
      case "\\": bytes += "\\\\".utf8
      case "\n": bytes += "\\n".utf8
      case "\r": bytes += "\\r".utf8
      case "\t": bytes += "\\t".utf8
      case _ where isUnsafe(scalar):
        for unit in String(scalar).utf16 { append(unit: unit, to: &bytes) }
      case _ where scalar.isASCII: bytes.append(UInt8(scalar.value))
      default: bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Whether a text is of printable ASCII and of Latin letters with accents (U+00C0 to U+00FF), which the labels have.
  private static func isPlain(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    while index < utf8.count {
      let byte = utf8[index]
      if byte == 0xc3 {
        index += 2
        continue
      }
      guard byte >= 0x20, byte < 0x7f, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\")
      else { return false }
      index += 1
    }
    return true
  }

  /// Appends `\u` and the four digits of a UTF-16 unit.
  private static func append(unit: UInt16, to bytes: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    bytes += "\\u".utf8
    for shift in [12, 8, 4, 0] { bytes.append(digits[Int(unit >> UInt16(shift)) & 15]) }
  }
}
