import Archive

/// A ZIP archive, after one byte that says how it is cut.
enum ZIPInput {
  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    var input = FuzzInput(bytes)
    let seed = input.byte()
    let whole = Unpacked([input.rest])
    let cut = Unpacked(Cuts(input.rest, seed: seed))
    try promise(
      whole.isGood == cut.isGood,
      "\(String(describing: whole.failure)) uncut, \(String(describing: cut.failure)) cut")
    if whole.isGood { try promiseSame(whole.members, cut.members, "cut in another way") }
    for unpacked in [whole, cut] {
      try promise(unpacked.failureStays, "after a failure it goes on")
      try promise(
        unpacked.size <= limits.bytes + largestPiece, "\(unpacked.size) bytes were unpacked")
      let names = unpacked.members.map(\.name)
      try promise(Set(names).count == names.count, "two members have the same name")
      try promise(names.allSatisfy(isPlain), "a hostile name was let through")
    }
  }

  /// A small file may become a gigabyte: enough of that is seen at a megabyte.
  private static let limits: ArchiveLimits = {
    var limits = ArchiveLimits()
    limits.bytes = 1 << 20
    limits.members = 100
    return limits
  }()

  /// The limit is noticed with the piece that exceeds it.
  private static let largestPiece = 1 << 20

  private static func isPlain(_ name: [UInt8]) -> Bool {
    let parts = name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return !name.isEmpty && !parts[0].isEmpty && !name.contains { $0 < 0x20 }
      && !parts.contains { $0.elementsEqual(Array("..".utf8)) }
  }

  private struct Member: Equatable {
    var name: [UInt8]
    var content: [UInt8] = []
  }

  /// What came out of an archive.
  private struct Unpacked {
    private(set) var members: [Member] = []
    private(set) var failure: ArchiveFailure?
    private(set) var failureStays = true

    var isGood: Bool { failure == nil }
    var size: Int { members.reduce(0) { $0 + $1.content.count } }

    init(_ chunks: some Sequence<ArraySlice<UInt8>>) {
      var reader = ZIPReader(limits: limits)
      var chunks = chunks.makeIterator()
      do throws(ArchiveFailure) {
        reading: while true {
          switch try reader.next() {
          case .needsChunk:
            if let chunk = chunks.next() { reader.supply(Array(chunk)) } else { reader.finish() }
          case .member(let member): members.append(Member(name: member.name))
          case .piece(let bytes): members[members.count - 1].content += bytes
          case .memberEnded: continue
          case .ended: break reading
          }
        }
      } catch {
        failure = error
        failureStays = (try? reader.next()) == nil
      }
    }
  }
}
