import Synchronization

/// The parcel numbers that are too long to be held inline, each once as long as the program runs.
final class LongNumbers: Sendable {
  static let shared = LongNumbers()

  private struct Table {
    var texts: [[UInt8]] = []
    var indexes: [[UInt8]: UInt32] = [:]
  }

  private let table = Mutex(Table())

  func index(of text: [UInt8]) -> UInt32 {
    table.withLock { table in
      if let index = table.indexes[text] { return index }
      // The program stops when 2^32 of them have come, long after its memory is used up.
      let index = UInt32(table.texts.count)
      table.texts.append(text)
      table.indexes[text] = index
      return index
    }
  }

  func text(at index: UInt32) -> [UInt8] { table.withLock { $0.texts[Int(index)] } }
}
