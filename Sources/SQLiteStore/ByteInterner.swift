import ParcelStore

/// A bounded table from byte strings to small values, looked up without making a key.
///
/// A file's labels, codes and sites repeat without end; this finds the number of one from its bytes
/// in the batch. Keys are compared, so a collision of hashes can't mix up two texts.
package struct ByteInterner<Value> {
  private struct Slot {
    /// 0 marks a free slot.
    var hash: UInt64
    var start: Int
    var firstCount: Int
    var secondCount: Int
    var value: Value?
  }

  private var slots: [Slot]
  private var keys: [UInt8] = []
  package private(set) var count = 0
  private let seed = processSeed

  /// The table forgets all when it holds this many, or keys of this many bytes, so hostile input
  /// can't grow it for ever.
  private let limit: Int
  private let keyLimit: Int

  /// - Parameter limit: a power of two.
  package init(limit: Int = 1 << 12, keyLimit: Int = 1 << 20) {
    self.limit = limit
    self.keyLimit = keyLimit
    slots = Array(
      repeating: Slot(hash: 0, start: 0, firstCount: 0, secondCount: 0, value: nil),
      count: limit * 2)
  }

  /// The value of a key, which is two byte strings one behind the other.
  @inline(__always)
  package func value(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Value? {
    let hash = hash(first, second)
    var index = tablePlace(of: hash >> 20, among: slots.count)
    while slots[index].hash != 0 {
      if slots[index].hash == hash, matches(slots[index], first, second) {
        return slots[index].value
      }
      index = (index + 1) & (slots.count - 1)
    }
    return nil
  }

  package mutating func insert(
    _ value: Value, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
  ) {
    if count == limit || keys.count > keyLimit { removeAll() }
    let hash = hash(first, second)
    var index = tablePlace(of: hash >> 20, among: slots.count)
    while slots[index].hash != 0 { index = (index + 1) & (slots.count - 1) }
    slots[index] = Slot(
      hash: hash, start: keys.count, firstCount: first.count, secondCount: second.count,
      value: value)
    keys.append(contentsOf: first)
    keys.append(contentsOf: second)
    count += 1
  }

  package mutating func removeAll() {
    for index in slots.indices { slots[index].hash = 0 }
    keys.removeAll(keepingCapacity: true)
    count = 0
  }

  private func matches(
    _ slot: Slot, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
  ) -> Bool {
    guard slot.firstCount == first.count, slot.secondCount == second.count else { return false }
    return keys.withUnsafeBytes { keys in
      guard let key = keys.baseAddress.map({ $0 + slot.start }) else { return true }
      return haveEqualBytes(UnsafeRawBufferPointer(start: key, count: first.count), first)
        && haveEqualBytes(
          UnsafeRawBufferPointer(start: key + first.count, count: second.count), second)
    }
  }

  private func hash(
    _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
  ) -> UInt64 {
    let hash = foldedHash(second, seed: foldedHash(first, seed: seed))
    return hash == 0 ? 1 : hash
  }
}
