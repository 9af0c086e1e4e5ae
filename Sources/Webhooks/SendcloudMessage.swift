import Carrier
import ParcelStore
import Status
import Views

/// The body of the format `sendcloud`, as Sendcloud sends it when a parcel has another status.
///
/// [Its documentation](https://sendcloud.dev/api/v2/webhooks/parcel-status-changed) has the keys. Both times are in
/// milliseconds, as in what Sendcloud really sends. The bytes are those of Python's `json.dumps`, with which Sendcloud
/// writes them: some readers write what they have read again before they compare the signature.
struct SendcloudMessage {
  let bytes: [UInt8]

  /// What Sendcloud sends when somebody tries an address out.
  static let test = SendcloudMessage(.object([("action", .string("test_webhook"))]))

  private init(_ json: JSON) {
    var bytes: [UInt8] = []
    json.writeAsPython(to: &bytes)
    self.bytes = bytes
  }

  /// - Returns: nil of entries that are no more.
  init?(_ entry: JournalEntry, of parcel: ParcelStanding, personalData: Bool) {
    switch entry {
    case .event(let event):
      let wall = event.timelineEntry
      self.init(
        Message(
          action: "parcel_status_changed", at: event.receivedAt,
          carrierAt: event.time.precision != .none && wall.isPlausible() ? event.time.seconds : nil,
          number: event.parcel, meaning: Self.meaning(of: event, parcel),
          parcel: parcel, personalData: personalData
        ).json)
    case .correction(let correction):
      self.init(
        Message(
          action: "parcel_status_changed", at: correction.at, carrierAt: nil,
          number: correction.parcel.number,
          meaning: Meaning(
            status: correction.status, reason: correction.reason, mode: correction.mode),
          parcel: parcel, personalData: personalData
        ).json)
    case .erasure(let erasure):
      // Sendcloud has no such message: a reader that does not know it passes it over. One that looks at the status
      // alone sees the one that it has.
      self.init(
        Message(
          action: "parcel_erased", at: erasure.at, carrierAt: nil, number: erasure.number,
          meaning: parcel.meaning ?? .unmapped, parcel: parcel, personalData: false
        ).json)
    case .pruned: return nil
    }
  }

  /// Who reads Sendcloud takes `parcel.status` for the status that the parcel has. So a late scan, which does not set
  /// it, is sent with the one that does.
  private static func meaning(of event: StoredEvent, _ parcel: ParcelStanding) -> Meaning {
    guard event.effect?.changesStatus == false, let current = parcel.meaning,
      current.status != event.meaning.status
    else { return event.meaning }
    return current
  }
}

private struct Message {
  let action: String
  /// Seconds since 1970, as `carrierAt`, which is nil where the carrier does not say.
  let at: Int64
  let carrierAt: Int64?
  let number: ParcelNumber
  let meaning: Meaning
  let parcel: ParcelStanding
  let personalData: Bool

  var json: JSON {
    .object([
      ("action", .string(action)), ("timestamp", .integer(at * 1_000)),
      ("carrier_status_change_timestamp", JSON(carrierAt.map { $0 * 1_000 })),
      ("parcel", parcelObject),
    ])
  }

  /// Sendcloud's number of the parcel (`id`) is not known here; one of our own could be that of another parcel there.
  private var parcelObject: JSON {
    let details = personalData ? parcel.details : ParcelDetails()
    let page = TrackingKey(parcel: number, postcode: details.postcode, country: details.country)
    return .object([
      ("id", .null), ("tracking_number", .string(number.description)),
      ("tracking_url", JSON(page.publicPage)),
      (
        "status",
        .object([
          ("id", JSON(meaning.sendcloud.id)), ("message", .string(meaning.sendcloud.message)),
        ])
      ),
      ("carrier", .object([("code", .string("colisprive"))])),
      ("order_number", JSON(details.order)), ("postal_code", JSON(details.postcode)),
      ("country", country(details.country)),
    ])
  }

  /// Where the rows name one by its code or by a name that is known.
  private func country(_ text: String?) -> JSON {
    guard let text else { return .null }
    let isCode = text.utf8.count == 2 && text.allSatisfy { $0.isASCII && $0.isLetter }
    let code = TrackingKey.Country(name: text)?.name ?? (isCode ? text.uppercased() : nil)
    return code.map { .object([("iso_2", .string($0))]) } ?? .null
  }
}

extension JSON {
  /// As Python's `json.dumps` writes it: with blanks behind commas and colons, and in ASCII.
  package func writeAsPython(to bytes: inout [UInt8]) {
    switch self {
    case .null, .bool, .integer: write(to: &bytes)
    case .string(let text): Self.appendASCII(text, to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes += ", ".utf8 }
        element.writeAsPython(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes += ", ".utf8 }
        Self.appendASCII(member.key, to: &bytes)
        bytes += ": ".utf8
        member.value.writeAsPython(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func appendASCII(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for unit in text.utf16 {
      switch unit {
      case 0x22: bytes += "\\\"".utf8
      case 0x5c: bytes += "\\\\".utf8
      case 0x08: bytes += "\\b".utf8
      case 0x09: bytes += "\\t".utf8
      case 0x0a: bytes += "\\n".utf8
      case 0x0c: bytes += "\\f".utf8
      case 0x0d: bytes += "\\r".utf8
      case 0x20...0x7e: bytes.append(UInt8(unit))
      default:
        let digits = String(unit, radix: 16)
        bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
