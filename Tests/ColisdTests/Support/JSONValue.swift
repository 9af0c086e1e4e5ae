import Foundation

/// A JSON value that distinguishes `null` from a missing key.
@dynamicMemberLookup
enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  init(_ text: String) throws {
    self.init(
      any: try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed))
  }

  /// A decoder would try one type after the other, and where tests run each error that is thrown costs a backtrace.
  /// - Parameter value: as `JSONSerialization` gives it.
  private init(any value: Any) {
    switch value {
    case let text as String: self = .string(text)
    case let members as [String: Any]: self = .object(members.mapValues { JSONValue(any: $0) })
    case let elements as [Any]: self = .array(elements.map { JSONValue(any: $0) })
    case let number as NSNumber: self.init(number)
    default: self = .null
    }
  }

  private init(_ number: NSNumber) {
    if String(cString: number.objCType) == "c" {
      self = .bool(number.boolValue)
    } else if let whole = Int64(exactly: number) {
      self = .integer(whole)
    } else {
      self = .number(number.doubleValue)
    }
  }

  /// Nil when the key is missing.
  subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  /// `value.source.host`; null when it is not there.
  subscript(dynamicMember key: String) -> JSONValue { self[key] ?? .null }

  var keys: Set<String> {
    if case .object(let members) = self { Set(members.keys) } else { [] }
  }

  /// The elements of an array; none of anything else.
  var elements: [JSONValue] {
    if case .array(let elements) = self { elements } else { [] }
  }

  var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  var integer: Int? {
    if case .integer(let number) = self { Int(number) } else { nil }
  }

  var isNull: Bool { self == .null }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int64) { self = .integer(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
}
