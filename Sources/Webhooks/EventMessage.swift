import Carrier
import ParcelStore
import Status
import Views

/// The body of the format `event`: what `colisd events` prints of an entry, with what is known of its parcel.
enum EventMessage {
  /// What a message says has happened. A type has always the same keys.
  enum TypeName {
    static let event = "parcel.event"
    static let correction = "parcel.status_corrected"
    static let erasure = "parcel.erased"
    static let test = "webhook.test"
  }

  /// All keys of `data` that there are; a message has those of its type.
  static let keys =
    StoredEvent.keys + [
      "order", "postcode", "contract", "current_status", "is_first_of_status", "previous_status",
      "map", "endpoint",
    ]

  /// What a row says in words of its own, which may be about the recipient ("remis à Mme …").
  static let rawTexts: Set<String> = ["label", "occurred_text"]

  /// A message with all keys, for templates: each name has a value, if only null.
  static func completed(_ message: JSON) -> JSON {
    guard case .object(let members) = message else { return message }
    return .object(
      members.map { member in
        guard member.key == "data", case .object(let data) = member.value else { return member }
        let known = Set(data.map(\.key))
        return ("data", .object(data + keys.filter { !known.contains($0) }.map { ($0, .null) }))
      })
  }
}

extension JournalEntry {
  /// - Parameter personalData: false: without what rows say of the recipient. The keys stay, with null.
  /// - Returns: nil of entries that are no more.
  func message(of parcel: ParcelStanding, personalData: Bool) -> JSON? {
    let type: String
    let time: Int64
    var isFirst: Bool?
    // A number may come again: what is known by now may be of a later parcel, and an erasure names none of it.
    var details = personalData ? parcel.details : ParcelDetails()
    switch self {
    case .event(let event):
      type = EventMessage.TypeName.event
      time = event.timelineEntry.since()
      isFirst = event.effect?.isFirstOfStatus
    case .correction(let correction):
      type = EventMessage.TypeName.correction
      time = correction.at
    case .erasure(let erasure):
      type = EventMessage.TypeName.erasure
      time = erasure.at
      details = ParcelDetails()
    case .pruned: return nil
    }
    guard case .object(var members) = json else { return nil }
    if !personalData {
      for index in members.indices where EventMessage.rawTexts.contains(members[index].key) {
        members[index].value = .null
      }
    }
    members += [
      ("order", JSON(details.order)), ("postcode", JSON(details.postcode)),
      ("contract", JSON(parcel.contract)), ("current_status", JSON(parcel.meaning?.status.name)),
      ("is_first_of_status", JSON(isFirst)),
    ]
    return .object([
      ("type", .string(type)), ("timestamp", JSON(utc: time)), ("data", .object(members)),
    ])
  }
}
