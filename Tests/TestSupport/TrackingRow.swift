import Foundation

/// One row of a tracking file in the built-in layout.
public struct TrackingRow: Hashable, Sendable {
  public var account = "E1"
  public var accountID = "EM180619"
  public var parcel: String
  public var code: String
  public var label: String
  public var date: String

  public static let header =
    "CPCustoID;AccountID;CPPclCode;OrderID;StsCode;StsDesc;StsDate;SiteCode;CsgZipCode;Country"

  /// Codes of the samples' map, in the order of a parcel's life, with labels that need accents.
  public static let lifeCycle: [(code: String, label: String)] = [
    ("EXP", "Votre colis est en cours de préparation par l’expéditeur."),
    ("PCH", "Votre colis est pris en charge par Colis Privé."),
    ("INF", "Arrivé à l’agence de Nîmes, cœur de réseau"),
    ("LVR", "Votre colis est en cours de distribution par le livreur"),
    ("LIV", "Votre colis a été livré en boîte aux lettres"),
  ]

  /// Step `step` of parcel `number`; every pair is an event of its own.
  public init(parcel number: Int, step: Int, account: String = "E1", accountID: String = "EM180619")
  {
    let (code, label) = Self.lifeCycle[step % Self.lifeCycle.count]
    self.account = account
    self.accountID = accountID
    parcel = String(format: "99%010d", number)
    self.code = code
    self.label = label
    date = String(format: "%02d/08/2026 %02d:%02d:00", 1 + step, 6 + number % 12, number % 60)
  }

  /// So many rows of different events.
  public static func samples(_ count: Int, from first: Int = 0) -> [TrackingRow] {
    (first..<first + count).map { TrackingRow(parcel: $0 / 5, step: $0 % 5) }
  }

  /// Writes a carrier's year into a file: every parcel again and again, each time one step further.
  public static func write(_ count: Int, stepsEach steps: Int, to path: String) throws {
    guard let file = fopen(path, "w") else {
      throw TestSupportError("cannot write \(path): \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    let header = Array("\(Self.header)\n".utf8)
    fwrite(header, 1, header.count, file)
    let number = "E1;EM180619;99".utf8.count
    for step in 0..<steps {
      // The text of a row is made once for each step; only the parcel's number is written anew.
      var line = Array("\(TrackingRow(parcel: 0, step: step).line)\n".utf8)
      for parcel in 0..<count / steps {
        var rest = parcel
        for digit in (number..<number + 10).reversed() {
          line[digit] = UInt8(ascii: "0") + UInt8(rest % 10)
          rest /= 10
        }
        fwrite(line, 1, line.count, file)
      }
    }
  }

  public var line: String {
    "\(account);\(accountID);\(parcel);CMD-1;\(code);\(label);\(date);75A;75012;FR"
  }
}

/// How a carrier's system writes text.
public enum FileEncoding: CaseIterable, Sendable {
  case utf8, utf8WithMark, windows1252

  public func bytes(_ text: String) -> [UInt8] {
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
  public func text(lineEnd: String = "\n") -> String {
    ([TrackingRow.header] + map(\.line)).map { $0 + lineEnd }.joined()
  }

  /// The bytes of a whole file.
  public func file(_ encoding: FileEncoding = .utf8, lineEnd: String = "\n") -> [UInt8] {
    encoding.bytes(text(lineEnd: lineEnd))
  }
}

/// What gzip(1) makes of it.
public func gzip(_ bytes: [UInt8]) async throws -> [UInt8] {
  let result = try await run("/usr/bin/gzip", arguments: ["-c", "-n"], input: bytes)
  guard result.status == 0 else {
    throw TestSupportError("gzip failed: \(result.standardError)")
  }
  return result.rawOutput
}
