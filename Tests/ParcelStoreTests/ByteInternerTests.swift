import ParcelStore
import SQLiteStore
import TestSupport
import Testing

@Suite struct ByteInternerTests {
  @Test func aKeyHasItsOwnValueHoweverItIsCutInTwo() {
    var table = ByteInterner<Int>()
    // All cuts of the same bytes, and of bytes that differ only in length.
    let texts = ["", "a", "ab", "abcdefgh", "abcdefghi", "\0", "\0\0", "\0\0\0\0\0\0\0\0\0", "éàü"]
    var expected: [(first: [UInt8], second: [UInt8])] = []
    for text in texts.map({ Array($0.utf8) }) {
      for cut in 0...text.count {
        let key = (first: Array(text[..<cut]), second: Array(text[cut...]))
        #expect(table.value(key.first, key.second) == nil)
        table.insert(expected.count, key.first, key.second)
        expected.append(key)
      }
    }
    #expect(table.count == expected.count)
    for (value, key) in expected.enumerated() {
      #expect(table.value(key.first, key.second) == value)
    }
  }

  @Test(arguments: UInt64(1)...10)
  func itFindsWhatADictionaryFinds(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var table = ByteInterner<Int>(limit: 1024)
    var dictionary: [[[UInt8]]: Int] = [:]
    for value in 0..<5000 {
      let key = (0..<2).map { _ in
        (0..<Int.random(in: 0...5, using: &generator)).map { _ in
          UInt8.random(in: 0...2, using: &generator)
        }
      }
      #expect(table.value(key[0], key[1]) == dictionary[key])
      if dictionary[key] == nil {
        if dictionary.count == 1024 { dictionary = [:] }
        dictionary[key] = value
        table.insert(value, key[0], key[1])
      }
      #expect(table.count == dictionary.count)
    }
  }

  @Test func itForgetsAllAtItsLimitAndGoesOn() {
    var table = ByteInterner<Int>(limit: 8)
    for value in 0..<100 {
      table.insert(value, Array("key \(value)".utf8), [])
      #expect(table.count <= 8)
      #expect(table.value(Array("key \(value)".utf8), []) == value)
    }
    #expect(table.value(Array("key 0".utf8), []) == nil)
    table.removeAll()
    #expect(table.count == 0 && table.value(Array("key 99".utf8), []) == nil)
  }

  @Test func longKeysDoNotMakeItGrowForEver() {
    var table = ByteInterner<Int>(keyLimit: 10_000)
    for value in 0..<100 {
      table.insert(value, Array(repeating: UInt8(value), count: 1000), [])
      #expect(table.count <= 11)
    }
  }
}

extension ByteInterner {
  fileprivate func value(_ first: [UInt8], _ second: [UInt8]) -> Value? {
    first.withUnsafeBytes { first in second.withUnsafeBytes { value(first, $0) } }
  }

  fileprivate mutating func insert(_ value: Value, _ first: [UInt8], _ second: [UInt8]) {
    first.withUnsafeBytes { first in second.withUnsafeBytes { insert(value, first, $0) } }
  }
}
