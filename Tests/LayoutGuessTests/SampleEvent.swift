import TestSupport

/// One event of a made-up parcel, as values that a file may write in many ways.
struct SampleEvent {
  var account: String
  var accountID: String
  var parcel: String
  var order: String
  var code: String
  var label: String
  var year = 2026
  var month: Int
  var day: Int
  var hour: Int
  var minute: Int
  var second: Int
  var site: String
  var postcode: String
  var country: String
  var town: String

  private static let french = [
    (
      "EXP",
      "Votre colis est en cours de préparation par l'expéditeur. Il nous sera confié prochainement."
    ),
    (
      "PCH",
      "Votre colis est pris en charge par Colis Privé. Il va être expédié vers notre agence régionale."
    ),
    ("ARR", "Votre colis est arrivé sur notre agence régionale de distribution."),
    ("LVR", "Votre colis est en cours de distribution par le livreur"),
    ("ABS", "Nous avons tenté de livrer votre colis."),
    ("LIV", "Votre colis a été livré en boîte aux lettres"),
  ]
  private static let dutch = [
    ("VBR", "Jouw pakket wordt klaargemaakt door de webshop"),
    ("AAN", "Jouw pakket is toegekomen bij onze regionale bezorgpartner."),
    ("OND", "Jouw pakket is onderweg naar jou."),
    ("BEZ", "Jouw pakket is in de brievenbus bezorgd"),
  ]
  private static let english = [
    ("ANN", "Parcel awaited by Colis Privé"),
    ("REC", "Your parcel is well received by a Colis Privé branch"),
    ("ARR", "Your parcel has arrived at our regional distribution office"),
    ("DEL", "Your parcel has been delivered in letterbox"),
  ]
  private static let places = [
    ("75012", "FR", "PARIS", "75A"), ("31400", "FR", "TOULOUSE", "31C"),
    ("69003", "FR", "LYON", "69B"),
    ("59000", "FR", "LILLE", "59A"), ("06200", "FR", "NICE", "06A"),
  ]

  enum Language { case french, dutch, english }

  /// - Parameters:
  ///   - count: how many rows; each parcel has several.
  ///   - lowDays: only days up to 12, so that day and month can't be told apart.
  static func some(
    _ count: Int, seed: UInt64, language: Language = .french, lowDays: Bool = false
  ) -> [SampleEvent] {
    var random = SeededGenerator(seed: seed)
    let steps =
      switch language {
      case .french: french
      case .dutch: dutch
      case .english: english
      }
    var events: [SampleEvent] = []
    var number = 0
    while events.count < count {
      number += 1
      let place = places.randomElement(using: &random) ?? places[0]
      let parcel = String(991_122_000_000 + Int.random(in: 0..<1_000_000, using: &random))
      let day = Int.random(in: lowDays ? 1...7 : 14...22, using: &random)
      for (index, step) in steps.prefix(2 + number % 5).enumerated() where events.count < count {
        events.append(
          SampleEvent(
            account: "E1", accountID: "EM180619", parcel: parcel, order: "CMD-\(1_040 + number)",
            code: step.0, label: step.1, month: 9, day: day + index,
            hour: Int.random(in: 7...20, using: &random),
            minute: Int.random(in: 0...59, using: &random),
            second: Int.random(in: 0...59, using: &random), site: place.3, postcode: place.0,
            country: place.1, town: place.2))
      }
    }
    return events.shuffled(using: &random)
  }
}
