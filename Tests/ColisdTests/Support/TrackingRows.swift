import Foundation
import TestSupport

/// One row of a tracking file in the built-in layout.
struct TrackingRow: Hashable, Sendable {
  var account = "E1"
  var accountID = "EM180619"
  var parcel: String
  var code: String
  var label: String
  var date: String

  static let header =
    "CPCustoID;AccountID;CPPclCode;OrderID;StsCode;StsDesc;StsDate;SiteCode;CsgZipCode;Country"

  /// Codes of the samples' map, in the order of a parcel's life, with labels that need accents.
  static let lifeCycle: [(code: String, label: String)] = [
    ("EXP", "Votre colis est en cours de préparation par l’expéditeur."),
    ("PCH", "Votre colis est pris en charge par Colis Privé."),
    ("INF", "Arrivé à l’agence de Nîmes, cœur de réseau"),
    ("LVR", "Votre colis est en cours de distribution par le livreur"),
    ("LIV", "Votre colis a été livré en boîte aux lettres"),
  ]

  /// Step `step` of parcel `number`; every pair is an event of its own.
  init(parcel number: Int, step: Int, account: String = "E1", accountID: String = "EM180619") {
    let (code, label) = Self.lifeCycle[step % Self.lifeCycle.count]
    self.account = account
    self.accountID = accountID
    parcel = String(format: "99%010d", number)
    self.code = code
    self.label = label
    date = String(format: "%02d/08/2026 %02d:%02d:00", 1 + step, 6 + number % 12, number % 60)
  }

  /// So many rows of different events.
  static func samples(_ count: Int, from first: Int = 0) -> [TrackingRow] {
    (first..<first + count).map { TrackingRow(parcel: $0 / 5, step: $0 % 5) }
  }

  var line: String {
    "\(account);\(accountID);\(parcel);CMD-1;\(code);\(label);\(date);75A;75012;FR"
  }
}

/// How a carrier's system writes text.
enum FileEncoding: CaseIterable, Sendable {
  case utf8, utf8WithMark, windows1252

  func bytes(_ text: String) -> [UInt8] {
    switch self {
    case .utf8: Array(text.utf8)
    case .utf8WithMark: [0xef, 0xbb, 0xbf] + Array(text.utf8)
    case .windows1252:
      text.unicodeScalars.map { scalar in
        switch scalar {
        case "\u{2019}": 0x92
        case "\u{153}": 0x9c
        case "\u{20ac}": 0x80
        default: UInt8(scalar.value)
        }
      }
    }
  }
}

extension [TrackingRow] {
  /// The text of a whole file.
  func text(lineEnd: String = "\n") -> String {
    ([TrackingRow.header] + map(\.line)).map { $0 + lineEnd }.joined()
  }

  /// The bytes of a whole file.
  func file(_ encoding: FileEncoding = .utf8, lineEnd: String = "\n") -> [UInt8] {
    encoding.bytes(text(lineEnd: lineEnd))
  }
}

/// What gzip(1) makes of it.
func gzip(_ bytes: [UInt8]) async throws -> [UInt8] {
  let result = try await run("/usr/bin/gzip", arguments: ["-c", "-n"], input: bytes)
  guard result.status == 0 else {
    throw TestSupportError("gzip failed: \(result.standardError)")
  }
  return result.rawOutput
}
