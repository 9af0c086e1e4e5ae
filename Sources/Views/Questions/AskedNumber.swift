import Carrier

/// A parcel's number as somebody asks for it.
public struct AskedNumber: Sendable {
  public var parcel: ParcelNumber
  /// The same characters as a number of another form, without a postcode in it; nil: it is no other one.
  public var other: ParcelNumber?
  /// With the postcode, where one was given.
  public var key: TrackingKey?

  /// What may be meant, the likeliest first.
  public var forms: [ParcelNumber] { [parcel] + [other].compactMap { $0 }.filter { $0 != parcel } }

  /// Shorter words are rather a mistake than a number of another form.
  public static let shortestOther = 5

  /// The numbers that were given. Of words that are no number each by itself as many as can be belong
  /// together: `991 122 334 455` is one number, and so is `991122334455 75012`.
  public static func read(_ words: [String]) throws(QuestionFault) -> [AskedNumber] {
    var numbers: [AskedNumber] = []
    var rest = words[...]
    while !rest.isEmpty {
      var found: (AskedNumber, Int)?
      for length in (1...rest.count).reversed() {
        let text = rest.prefix(length).joined()
        guard let key = TrackingKey(text) ?? key(ofMarked: text) else { continue }
        let other = key.postcode == nil ? nil : ParcelNumber(any: text)
        found = (AskedNumber(parcel: key.parcel, other: other, key: key), length)
        break
      }
      if found == nil, let word = rest.first, word.utf8.count >= shortestOther,
        word.contains(where: \.isNumber), let number = ParcelNumber(any: word)
      {
        found = (AskedNumber(parcel: number), 1)
      }
      guard let (number, length) = found else {
        throw QuestionFault(
          "\"\(singleLine(rest.joined(separator: " ")))\" is no parcel number: it has 12 letters and digits, "
            + "and the postcode may follow (75012, B1000, L1234)",
          .noNumber(text: rest.joined(separator: " ")))
      }
      numbers.append(number)
      rest = rest.dropFirst(length)
    }
    return numbers
  }

  /// A number with marks in it, as papers have them (`991-122-334-455`), or with the country before the postcode
  /// (`991122334455 F-75012`).
  private static func key(ofMarked text: String) -> TrackingKey? {
    let marks: Set<Character> = ["-", ".", "/"]
    let bare = text.filter { !marks.contains($0) && !$0.isWhitespace }
    if let key = TrackingKey(bare) { return key }
    let suffix = bare.dropFirst(ParcelNumber.length)
    guard suffix.drop(while: \.isLetter).allSatisfy(\.isNumber),
      let parcel = ParcelNumber(bare.prefix(ParcelNumber.length)),
      let postcode = Postcode(String(suffix), country: nil)
    else { return nil }
    return TrackingKey(parcel.description + postcode.keySuffix)
  }

  /// The number that was given, for a command that takes one.
  public static func readOne(_ words: [String]) throws(QuestionFault) -> AskedNumber {
    let numbers = try read(words)
    guard let number = numbers.first, numbers.count == 1 else {
      throw QuestionFault(
        "these are \(numbers.count) parcel numbers, \(numbers.map(\.parcel.description).joined(separator: " and ")): "
          + "give one at a time")
    }
    return number
  }
}
