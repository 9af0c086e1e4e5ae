/// What somebody types into a filter, as the store compares it. Letters are compared there without their case.
enum AskedWord {
  /// An order reference keeps the blanks in it, as the merchant wrote it.
  static func text(_ text: String?) -> String? { text?.withoutBlanksAround }

  /// `75 012`, `B 1000`: without blanks, where nothing but a postcode is there.
  static func postcode(_ text: String?) -> String? {
    guard let text else { return nil }
    let code = text.withoutBlanks
    let digits = code.drop { $0.isLetter }.drop { $0 == "-" }
    return digits.allSatisfy(\.isNumber) ? code : text.withoutBlanksAround
  }
}
