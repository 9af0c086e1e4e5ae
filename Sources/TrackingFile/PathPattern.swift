import Carrier

/// How the path of a file names the account pair of its rows: `{account}_{account-id}_*`, or
/// `{account}/{account-id}/*` if each pair has a folder.
///
/// It is compared with the last components of a path, as many as the pattern has. `*` stands for any number of
/// characters within one component, also for none; each of the two names stands for letters and digits.
///
/// ```swift
/// let pattern = try PathPattern("{account}_{account-id}_*")
/// pattern.account(in: "out/E1_EM180619_20260828.csv")  // E1 / EM180619
/// ```
public struct PathPattern: Hashable, Sendable {
  private enum Piece: Hashable, Sendable {
    case bytes([UInt8])
    /// Any number of characters of a component.
    case any
    case account, accountID
  }

  /// As it is written.
  public let text: String
  /// The pieces of each component.
  private let components: [[Piece]]

  /// - Throws: `LayoutError` if it is empty, has neither name or one twice, or has another name in braces. A
  ///   layout checks that both are there, unless it gives the other one itself.
  public init(_ text: String) throws(LayoutError) {
    self.text = text
    var components: [[Piece]] = []
    for component in text.split(separator: "/", omittingEmptySubsequences: false) {
      components.append(try Self.pieces(component))
    }
    self.components = components
    let pieces = components.flatMap { $0 }
    guard pieces.count(where: { $0 == .any }) <= Self.mostStars else {
      throw LayoutError(key: Self.key, reason: "has more than \(Self.mostStars) *")
    }
    let counts = [Piece.account, .accountID].map { name in pieces.count { $0 == name } }
    guard !components.contains([]), counts != [0, 0], counts.allSatisfy({ $0 <= 1 }) else {
      throw LayoutError(
        key: Self.key,
        reason: "must name {account} and {account-id} once each, such as {account}_{account-id}_*")
    }
  }

  /// The key of a layout's document.
  private static let key = "path"

  /// The most `*`: each further one makes it a hundred times slower to match a long name.
  private static let mostStars = 3

  private static func pieces(_ text: Substring) throws(LayoutError) -> [Piece] {
    var pieces: [Piece] = []
    var rest = text
    while let first = rest.first {
      if first == "*" {
        pieces.append(.any)
        rest.removeFirst()
      } else if first == "{" {
        guard let end = rest.firstIndex(of: "}") else {
          throw LayoutError(key: key, reason: "has a { without its }")
        }
        switch rest[...end] {
        case "{account}": pieces.append(.account)
        case "{account-id}": pieces.append(.accountID)
        default:
          throw LayoutError(
            key: key, reason: "has \(rest[...end]), but knows {account} and {account-id} only")
        }
        rest = rest[rest.index(after: end)...]
      } else {
        let literal = rest.prefix { $0 != "*" && $0 != "{" }
        pieces.append(.bytes(Array(literal.utf8)))
        rest = rest.dropFirst(literal.count)
      }
    }
    return pieces
  }

  /// Whether it has the name of a column: account or account ID.
  func names(_ column: Layout.Column) -> Bool {
    let pieces = components.joined()
    return switch column {
    case .account: pieces.contains(.account)
    case .accountID: pieces.contains(.accountID)
    default: false
    }
  }

  /// The account pair that a path names.
  /// - Parameter path: the printable path, relative to the source's directory.
  /// - Returns: nil if the path does not match; then only the rows show the account.
  public func account(in path: String) -> AccountPair? {
    guard let found = names(in: path), let account = found.account, let id = found.accountID else {
      return nil
    }
    return AccountPair(account: account, accountID: id)
  }

  /// What a path has in the places of the names; a name that the pattern has not is nil.
  /// - Returns: nil if the path does not match.
  func names(in path: String) -> (account: String?, accountID: String?)? {
    let names = path.split(separator: "/", omittingEmptySubsequences: false)
    guard names.count >= components.count else { return nil }
    // No file system has longer names, but a server may pretend it.
    guard names.suffix(components.count).allSatisfy({ $0.utf8.count <= 255 }) else { return nil }
    var found = Found()
    for (name, pieces) in zip(names.suffix(components.count), components) {
      found.mismatches = []
      guard Self.match(Array(name.utf8)[...], pieces[...], &found) else { return nil }
    }
    return (found.account, found.accountID)
  }

  private struct Found {
    var account: String?
    var accountID: String?
    /// Combinations of a rest of the name and a rest of the pattern that don't match, so that none is tried
    /// twice.
    var mismatches: Set<[Int]> = []
  }

  /// Finds the shortest match of each piece with which the rest matches, too.
  private static func match(
    _ name: ArraySlice<UInt8>, _ pieces: ArraySlice<Piece>, _ found: inout Found
  ) -> Bool {
    let rests = [name.count, pieces.count]
    if found.mismatches.contains(rests) { return false }
    if matchFirst(name, pieces, &found) { return true }
    found.mismatches.insert(rests)
    return false
  }

  private static func matchFirst(
    _ name: ArraySlice<UInt8>, _ pieces: ArraySlice<Piece>, _ found: inout Found
  ) -> Bool {
    guard let piece = pieces.first else { return name.isEmpty }
    let others = pieces.dropFirst()
    switch piece {
    case .bytes(let bytes):
      return name.starts(with: bytes) && match(name.dropFirst(bytes.count), others, &found)
    case .any:
      if others.isEmpty { return true }
      return (0...name.count).contains { match(name.dropFirst($0), others, &found) }
    case .account, .accountID:
      let longest =
        piece == .account ? AccountPair.longestAccount : AccountPair.longestAccountID
      let run = name.prefix(longest).prefix { $0.isLetterOrDigit }
      guard !run.isEmpty else { return false }
      // Nearly all accounts are a letter and a digit, so try two characters first.
      let counts =
        piece == .account && run.count > 2 ? [2, 1] + Array(3...run.count) : Array(1...run.count)
      return counts.contains { count in
        guard match(name.dropFirst(count), others, &found) else { return false }
        let text = String(decoding: name.prefix(count), as: UTF8.self)
        if piece == .account { found.account = text } else { found.accountID = text }
        return true
      }
    }
  }
}

extension UInt8 {
  fileprivate var isLetterOrDigit: Bool {
    isASCIIDigit || (self | 0x20) &- UInt8(ascii: "a") < 26
  }
}
