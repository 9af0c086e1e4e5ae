import Carrier

/// How the path of a file names the account pair whose rows are in it: `{account}_{account-id}_*`, or
/// `{account}/{account-id}/*` where each has a folder.
///
/// It is compared with the end of a path: as many components as the pattern has. `*` stands for any
/// characters of one component, none included; both names stand for letters and digits.
///
/// ```swift
/// let pattern = try PathPattern("{account}_{account-id}_*")
/// pattern.account(in: "out/E1_EM180619_20260828.csv")  // E1 / EM180619
/// ```
public struct PathPattern: Hashable, Sendable {
  private enum Piece: Hashable, Sendable {
    case bytes([UInt8])
    /// Any characters of a component.
    case any
    case account, accountID
  }

  /// As it is written.
  public let text: String
  /// The pieces of each component.
  private let components: [[Piece]]

  /// - Throws: `LayoutError` when it is empty, does not name both once, or has an unknown name in braces.
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
    guard !components.contains([]), pieces.count(where: { $0 == .account }) == 1,
      pieces.count(where: { $0 == .accountID }) == 1
    else {
      throw LayoutError(
        key: Self.key,
        reason: "must name {account} and {account-id} once each, such as {account}_{account-id}_*")
    }
  }

  /// The key of a layout's document.
  private static let key = "path"

  /// Each further one makes a look at a long name a hundred times longer.
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

  /// The account pair that a path names.
  /// - Parameter path: the printable path, relative to the source's directory.
  /// - Returns: nil when the path is not of this form; its rows tell then.
  public func account(in path: String) -> AccountPair? {
    let names = path.split(separator: "/", omittingEmptySubsequences: false)
    guard names.count >= components.count else { return nil }
    // No file system has longer names, but a server may claim some.
    guard names.suffix(components.count).allSatisfy({ $0.utf8.count <= 255 }) else { return nil }
    var found = Found()
    for (name, pieces) in zip(names.suffix(components.count), components) {
      found.mismatches = []
      guard Self.match(Array(name.utf8)[...], pieces[...], &found) else { return nil }
    }
    return AccountPair(account: found.account, accountID: found.accountID)
  }

  private struct Found {
    var account = ""
    var accountID = ""
    /// Rests of the name that rests of the pattern do not match, so that none is tried twice.
    var mismatches: Set<[Int]> = []
  }

  /// The shortest match of each piece that lets the others match; names and patterns are short.
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
      // An account is a letter and a digit, so that is tried first.
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
