import Foundation
import Views

extension BodyTemplate.Form {
  init(file: String) {
    let name = file.lowercased()
    let stem = name.hasSuffix(".mustache") ? name.dropLast(".mustache".count) : name[...]
    let form = Self.allCases.first { stem.hasSuffix($0.ending) }
    self = form ?? .json
  }

  private var ending: String {
    switch self {
    case .json: ".json"
    case .xml: ".xml"
    case .form: ".form"
    case .text: ".txt"
    }
  }

  var contentType: String {
    switch self {
    case .json: "application/json"
    case .xml: "application/xml; charset=utf-8"
    case .form: "application/x-www-form-urlencoded"
    case .text: "text/plain; charset=utf-8"
    }
  }

  /// A text as a part of a body.
  func escaped(_ text: String) -> String {
    switch self {
    case .json:
      // By bytes: a quote and an accent behind it are one Character.
      String(decoding: JSON.string(text).text.utf8.dropFirst().dropLast(), as: UTF8.self)
    case .xml: Self.escapedForXML(text)
    case .form: percentEncoded(text)
    case .text: text
    }
  }

  /// A value as JSON as a part of a body.
  func writtenJSON(_ json: JSON) -> String {
    self == .json ? json.text : escaped(json.text)
  }

  /// Signs with a meaning become references; what XML 1.0 can't say at all becomes U+FFFD.
  private static func escapedForXML(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "'": result.append(contentsOf: "&#39;".unicodeScalars)
      // An attribute would make blanks of them, and a reader may drop a CR.
      case "\t", "\n", "\r": result.append(contentsOf: "&#\(scalar.value);".unicodeScalars)
      case "\u{0}"..."\u{1f}", "\u{fffe}", "\u{ffff}": result.append("\u{fffd}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// Why bytes are no JSON; nil: they are.
  static func faultOfJSON(_ bytes: [UInt8]) -> String? {
    do {
      _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
      // Foundation takes what others don't.
      return hasCommaBeforeEnd(bytes) ? "a comma stands before the } or ] that ends a list" : nil
    } catch {
      let words = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
      return words.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 } ?? "\(error)"
    }
  }

  /// Whether a comma stands before the end of an object or a list, with nothing but blanks between.
  /// - Parameter bytes: JSON otherwise.
  private static func hasCommaBeforeEnd(_ bytes: [UInt8]) -> Bool {
    var isInText = false
    var isEscaped = false
    var isAfterComma = false
    for byte in bytes {
      if isInText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInText = false
        }
        continue
      }
      switch byte {
      case 9, 10, 13, 32: continue
      case UInt8(ascii: "}"), UInt8(ascii: "]"): if isAfterComma { return true }
      case UInt8(ascii: "\""): isInText = true
      default: break
      }
      isAfterComma = byte == UInt8(ascii: ",")
    }
    return false
  }
}
