import ParcelStore
import Testing

@Suite struct EventPositionTests {
  @Test(arguments: [
    ("0", nil, 0), ("42", nil, 42), ("a1b2:42", "a1b2", 42),
    ("x:9223372036854775807", "x", Int64.max),
  ])
  func aPositionIsANumberOrAStoreAndANumber(
    _ text: String, _ incarnation: String?, _ seq: Int64
  ) throws {
    let position = try #require(EventPosition(text))
    #expect(position.incarnation == incarnation.flatMap { Incarnation($0) })
    #expect(position.seq == seq)
    #expect(position.description == text)
  }

  @Test(arguments: [
    "", ":", "a:", ":4", "-1", "+1", "a:-1", "a:b", "a:1:2", "é:1", "a b:1", "1 ",
    "9223372036854775808", "\(String(repeating: "a", count: 65)):1",
  ])
  func otherTextIsNoPosition(_ text: String) {
    #expect(EventPosition(text) == nil)
  }

  @Test func aPositionWithoutStoreHoldsInAnyAndOneWithAStoreInThatOne() throws {
    let (here, there) = (Incarnation.random(), Incarnation.random())
    #expect(EventPosition(seq: 3).isValid(in: here))
    #expect(EventPosition(incarnation: here, seq: 3).isValid(in: here))
    #expect(!EventPosition(incarnation: there, seq: 3).isValid(in: here))
  }

  @Test func aRandomIncarnationCanBeReadAgain() {
    let incarnations = (0..<100).map { _ in Incarnation.random() }
    #expect(Set(incarnations).count == 100)
    for incarnation in incarnations {
      #expect(incarnation.description.utf8.count == 16)
      #expect(Incarnation(incarnation.description) == incarnation)
    }
  }
}
