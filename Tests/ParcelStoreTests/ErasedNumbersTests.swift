import Carrier
import ParcelStore
import Testing

struct ErasedNumbersTests {
  private func isFound(_ line: String) throws -> Bool {
    let number = try #require(ParcelNumber("441122334455"))
    return ErasedNumbers([number]).isAnyFound(in: Array(line.utf8))
  }

  @Test(arguments: ["4411-2233-4455", "a;44.11.22.33.44.55;b", "4411/2233/4455", "4411'2233'4455"])
  func aNumberIsFoundWithSignsInIt(line: String) throws {
    #expect(try isFound(line))
  }

  @Test(arguments: ["4411-2233-4455-66", "99-4411-2233-4455", "4411;2233;4455", "4411-2233-44556"])
  func aPartOfALongerNumberIsNotFound(line: String) throws {
    #expect(try !isFound(line))
  }
}
