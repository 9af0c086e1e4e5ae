/// A merchant's account with the carrier: its category (`E1`) and its ID (`EM180619`), held inline.
///
/// Merchants must not see each other's parcels, so a parcel is always a number under such a pair.
public struct AccountPair: Hashable, Sendable {
  /// Up to eight bytes of the account, zero after its end.
  @usableFromInline package let accountBytes: UInt64
  /// Up to sixteen bytes of the account ID, zero after its end.
  @usableFromInline package let idHead: UInt64
  @usableFromInline package let idTail: UInt64

  public static let longestAccount = 8
  public static let longestAccountID = 16

  /// - Returns: nil when a part is empty, too long, or has bytes other than printable ASCII.
  @inlinable
  public init?(account: UnsafeRawBufferPointer, accountID: UnsafeRawBufferPointer) {
    guard account.count <= Self.longestAccount, accountID.count <= Self.longestAccountID,
      let accountBytes = Self.pack(account[...]),
      let idHead = Self.pack(accountID.prefix(8))
    else { return nil }
    self.accountBytes = accountBytes
    self.idHead = idHead
    guard accountID.count > 8 else {
      idTail = 0
      return
    }
    guard let idTail = Self.pack(accountID.dropFirst(8)) else { return nil }
    self.idTail = idTail
  }

  public init?(account: String, accountID: String) {
    let pair = Array(account.utf8).withUnsafeBytes { first in
      Array(accountID.utf8).withUnsafeBytes { Self(account: first, accountID: $0) }
    }
    guard let pair else { return nil }
    self = pair
  }

  /// The category of the account, as the file or the contract wrote it.
  public var account: String { Self.text(accountBytes) }
  /// The ID of the account, likewise.
  public var accountID: String { Self.text(idHead) + Self.text(idTail) }

  /// Makes a pair of fields that lie in a buffer with sixteen readable bytes after each of them.
  ///
  /// The same as the initialiser above, eight bytes at a time.
  @inlinable @inline(__always)
  package init?(padded account: UnsafeRawBufferPointer, accountID: UnsafeRawBufferPointer) {
    guard let first = account.baseAddress, let second = accountID.baseAddress,
      account.count <= Self.longestAccount, accountID.count <= Self.longestAccountID,
      let accountBytes = Self.pack(padded: first, account.count),
      let idHead = Self.pack(padded: second, min(accountID.count, 8))
    else { return nil }
    self.accountBytes = accountBytes
    self.idHead = idHead
    guard accountID.count > 8 else {
      idTail = 0
      return
    }
    guard let idTail = Self.pack(padded: second + 8, accountID.count - 8) else { return nil }
    self.idTail = idTail
  }

  /// Packs 1 to 8 bytes of printable ASCII.
  @inlinable @inline(__always)
  static func pack(padded bytes: UnsafeRawPointer, _ count: Int) -> UInt64? {
    guard count > 0 else { return nil }
    let unused = UInt64(8 * (8 - count))
    let word = (UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)) >> unused) << unused
    // In the unused low bytes stands a letter, so that one test does for all eight.
    let filled = word | (0x4141_4141_4141_4141 & ((1 << unused) &- 1))
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highBits = ones &* 0x80
    guard filled & highBits == 0 else { return nil }
    // A byte below 0x80 gets its high bit by the first sum when it is at least 0x21, by the second
    // when it is at least 0x7f.
    let isPrintable = (filled &+ ones &* 0x5f) & ~(filled &+ ones) & highBits
    return isPrintable == highBits ? word : nil
  }

  @usableFromInline
  static func pack(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt64? {
    guard !bytes.isEmpty else { return nil }
    var word: UInt64 = 0
    for byte in bytes {
      guard byte > 0x20, byte < 0x7f else { return nil }
      word = word << 8 | UInt64(byte)
    }
    return word << UInt64(8 * (8 - bytes.count))
  }

  private static func text(_ word: UInt64) -> String {
    var bytes: [UInt8] = []
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      let byte = UInt8(word >> shift & 0xff)
      if byte == 0 { break }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension AccountPair: CustomStringConvertible {
  public var description: String { "\(account) / \(accountID)" }
}
