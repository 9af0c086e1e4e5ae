/// A bounded table from byte strings to small values, looked up without making a key.
///
/// The same labels, codes and sites come again and again; the table finds the value of one by its
/// bytes in the batch. Keys are compared, so a collision of hashes can't mix up two texts.
///
/// Inlinable, so that other modules get it specialized for their own values.
@frozen
package struct ByteInterner<Value> {
  @frozen @usableFromInline
  struct Slot {
    /// 0 marks a free slot.
    @usableFromInline var hash: UInt64
    @usableFromInline var start: Int
    @usableFromInline var firstCount: Int
    @usableFromInline var secondCount: Int
    @usableFromInline var value: Value?

    @inlinable
    init(hash: UInt64, start: Int, firstCount: Int, secondCount: Int, value: Value?) {
      self.hash = hash
      self.start = start
      self.firstCount = firstCount
      self.secondCount = secondCount
      self.value = value
    }
  }

  @usableFromInline var slots: [Slot]
  @usableFromInline var keys: [UInt8] = []
  @usableFromInline package var count = 0
  @usableFromInline let seed = processSeed

  /// At this many entries, or keys of this many bytes, the table is emptied, so that hostile input
  /// can't make it grow without end.
  @usableFromInline let limit: Int
  @usableFromInline let keyLimit: Int

  /// - Parameter limit: a power of two.
  @inlinable
  package init(limit: Int = 1 << 12, keyLimit: Int = 1 << 20) {
    self.limit = limit
    self.keyLimit = keyLimit
    slots = Array(
      repeating: Slot(hash: 0, start: 0, firstCount: 0, secondCount: 0, value: nil),
      count: limit * 2)
  }

  /// The value of a key, which is a pair of byte strings.
  @inlinable
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

  @inlinable
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

  @inlinable
  package mutating func removeAll() {
    for index in slots.indices { slots[index].hash = 0 }
    keys.removeAll(keepingCapacity: true)
    count = 0
  }

  @inlinable
  func matches(
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

  @inlinable
  func hash(
    _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
  ) -> UInt64 {
    let hash = foldedHash(second, seed: foldedHash(first, seed: seed))
    return hash == 0 ? 1 : hash
  }
}

extension ByteInterner: Sendable where Value: Sendable {}
extension ByteInterner.Slot: Sendable where Value: Sendable {}
