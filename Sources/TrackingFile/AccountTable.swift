import Carrier

/// Gives each account pair a number, in the order in which they come: 0, 1, 2, …
///
/// Rows carry the number instead of the pair, so that a decision about an account is made once per pair and
/// not once per row.
package struct AccountTable: Sendable {
  package private(set) var pairs: [AccountPair] = []
  /// The number plus one; 0 marks a free slot. At most a quarter of the slots are in use.
  private var slots: [Int32]

  /// Random start values of the hash for each table, so that nobody can write a file whose pairs collide.
  private let seeds = (
    head: UInt64.random(in: .min ... .max), tail: UInt64.random(in: .min ... .max)
  )

  package init() { slots = Array(repeating: 0, count: 64) }

  package var count: Int { pairs.count }

  /// - Returns: nil if the pair is not in the table.
  @inline(__always)
  package func number(of pair: AccountPair) -> Int? {
    var slot = hash(pair) & (slots.count - 1)
    while slots[slot] != 0 {
      let number = Int(slots[slot]) - 1
      if pairs[number] == pair { return number }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Adds a pair that is not in the table yet.
  /// - Returns: its number.
  package mutating func append(_ pair: AccountPair) -> Int {
    if 4 * (pairs.count + 1) > slots.count { grow() }
    pairs.append(pair)
    place(pair, number: pairs.count - 1)
    return pairs.count - 1
  }

  package mutating func removeAll() {
    pairs = []
    for slot in slots.indices { slots[slot] = 0 }
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: 2 * slots.count)
    for (number, pair) in pairs.enumerated() { place(pair, number: number) }
  }

  private mutating func place(_ pair: AccountPair, number: Int) {
    var slot = hash(pair) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(number + 1)
  }

  @inline(__always)
  private func hash(_ pair: AccountPair) -> Int {
    let product = (pair.idHead ^ seeds.head).multipliedFullWidth(
      by: (pair.accountBytes ^ seeds.tail) &+ pair.idTail)
    // The same bits as a signed number: only the low ones are used.
    return Int(bitPattern: UInt(product.high ^ product.low))
  }
}
