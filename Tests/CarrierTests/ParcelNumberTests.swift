import Carrier
import Testing

struct ParcelNumberTests {
  @Test(arguments: [
    ("991122334455", "991122334455"), ("991 122 334 455", "991122334455"),
    ("9 9 1 1 2 2 3 3 4 4 5 5", "991122334455"), ("ab1234567890", "AB1234567890"),
    ("AZ09az09AZ09", "AZ09AZ09AZ09"),
  ])
  func aNumberIsReadWithOrWithoutSpacesInEitherLetterCase(text: String, number: String) {
    #expect(ParcelNumber(text)?.description == number)
  }

  @Test(arguments: [
    "", "99112233445", "9911223344556", "99112233445é", "99112233-455", "9911223344\u{0}5",
    "AB12345678[0", "AB12345678`0", "AB12345678{0", "AB12345678@0", "AB12345678/0",
    "AB12345678:0",
  ])
  func whatIsNoNumberIsRefused(text: String) {
    #expect(ParcelNumber(text) == nil)
  }

  @Test
  func everyByteButLettersAndDigitsIsRefusedWhereverItStands() {
    for place in 0..<ParcelNumber.length {
      for byte in UInt8.min...UInt8.max {
        var bytes = Array("991122334455".utf8)
        bytes[place] = byte
        let number = bytes.withUnsafeBytes { $0.baseAddress.flatMap { ParcelNumber(ascii: $0) } }
        let character = Character(Unicode.Scalar(byte))
        let isAllowed = byte < 0x80 && (character.isLetter || character.isNumber)
        #expect((number != nil) == isAllowed)
        bytes[place] = character.uppercased().utf8.first ?? 0
        if let number { #expect(Array(number.description.utf8) == bytes) }
      }
    }
  }

  @Test
  func numbersSortAsTheirTextsDo() throws {
    let texts = ["AB1234567890", "991122334455", "991122334456", "ZZ0000000000", "000000000000"]
    let numbers = try texts.map { try #require(ParcelNumber($0)) }
    #expect(numbers.sorted().map(\.description) == texts.sorted())
  }
}
