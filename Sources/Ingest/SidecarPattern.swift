/// Which names of a drop are sidecars: small files that a carrier writes after a file, to say that it is complete.
///
/// The pattern has one `*`, which stands for the file's name, with or without its ending. The letter case of
/// ASCII does not count.
///
/// ```swift
/// let pattern = SidecarPattern("*.ok")!
/// pattern.stem(of: Array("A.csv.ok".utf8))            // a.csv
/// SidecarPattern.stems(of: Array("A.csv".utf8))       // a.csv and a: A.csv.ok and A.ok stand for it
/// ```
public struct SidecarPattern: Sendable, Hashable, CustomStringConvertible {
  private let start: [UInt8]
  private let end: [UInt8]
  /// As it is written.
  public let description: String

  /// - Returns: nil if it has not exactly one `*`, nothing beside the `*`, or a `/`.
  public init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.count > 1, !text.utf8.contains(UInt8(ascii: "/")) else {
      return nil
    }
    start = Self.folded(parts[0])
    end = Self.folded(parts[1])
    description = text
  }

  /// What the `*` stands for in the name of a sidecar, in small letters; nil if the name is none of a sidecar.
  package func stem(of name: [UInt8]) -> [UInt8]? {
    let name = Self.folded(name)
    guard name.count > start.count + end.count, name.starts(with: start),
      name.suffix(end.count).elementsEqual(end)
    else { return nil }
    return Array(name.dropFirst(start.count).dropLast(end.count))
  }

  /// The stems of the sidecars that stand for a file: its name, the same without its ending, and of a packed
  /// file also without the ending before `.gz`.
  package static func stems(of file: [UInt8]) -> [[UInt8]] {
    let name = folded(file)
    guard let short = withoutEnding(name) else { return [name] }
    let isPacked = name.suffix(3).elementsEqual(Array(".gz".utf8))
    guard isPacked, let shortest = withoutEnding(short) else { return [name, short] }
    return [name, short, shortest]
  }

  private static func withoutEnding(_ name: [UInt8]) -> [UInt8]? {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return nil }
    return Array(name[..<dot])
  }

  private static func folded(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
  }

  /// By bytes: two patterns that Unicode takes for one are two.
  public static func == (left: Self, right: Self) -> Bool {
    left.description.utf8.elementsEqual(right.description.utf8)
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(Array(description.utf8)) }
}
