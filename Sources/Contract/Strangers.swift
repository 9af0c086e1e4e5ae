import Carrier
import Synchronization

/// Tells which unknown pairs are strangers, and which may be misspelt ones of a contract. Files
/// name the same pairs again and again, so the answers are kept.
final class Strangers: Sendable {
  private let index: NearMatchIndex
  private let found = Mutex<[AccountPair: Bool]>([:])

  /// More than these are not kept: no file must fill the memory.
  private static let most = 1 << 16

  init(_ contracts: ContractSet) { index = NearMatchIndex(contracts) }

  func contains(_ pair: AccountPair) -> Bool {
    if let known = found.withLock({ $0[pair] }) { return known }
    let isStranger = index.matches(of: pair).isEmpty
    found.withLock { found in
      if found.count >= Self.most { found.removeAll() }
      found[pair] = isStranger
    }
    return isStranger
  }
}
