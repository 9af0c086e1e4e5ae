import CZlib

/// Unpacks a ZIP archive: it takes chunks of bytes, and gives its members one after the other.
///
/// A reader does no I/O. The result does not depend on where the bytes were cut into chunks, and its memory is
/// bounded for any size of archive. Members come before the directory at the archive's end was read: what they
/// hold is only certain after `.ended`.
///
/// ```swift
/// var reader = ZIPReader()
/// while true {
///   switch try reader.next() {
///   case .needsChunk:
///     if let chunk = try file.next() { reader.supply(chunk) } else { reader.finish() }
///   case .member(let member): begin(member)
///   case .piece(let bytes): use(bytes)
///   case .memberEnded: end()
///   case .ended: return
///   }
/// }
/// ```
public struct ZIPReader: ~Copyable {
  private let limits: ArchiveLimits
  private let unpacking = MemberUnpacking()
  private var phase = Phase.unpacking
  private var input: [UInt8]?
  private var hasInputEnded = false
  /// Whether libarchive waits for bytes.
  private var isHungry = false
  private var failure: ArchiveFailure?

  /// The last bytes that came; they hold at least the last chunk and a directory of the largest size.
  private var tail: [UInt8] = []
  /// How many bytes came.
  private var packed = 0
  private var unpacked = 0
  private var members: [ZIPDirectory.ReadMember] = []
  private var names: [[UInt8]: Int] = [:]

  private enum Phase { case unpacking, directory, ended }

  public enum Step: Sendable, Hashable {
    case needsChunk
    /// Its content follows as pieces, also if it is empty, up to `.memberEnded`.
    case member(ZIPMember)
    case piece([UInt8])
    case memberEnded
    /// The archive was read to its end, and its directory fits its members.
    case ended
  }

  public init(limits: ArchiveLimits = ArchiveLimits()) { self.limits = limits }

  deinit { unpacking.abandon() }

  /// How many of a file's first bytes `recognises` needs.
  public static let markLength = 4

  /// Whether a file that begins so is a ZIP archive, perhaps one without members.
  public static func recognises(_ beginning: some Sequence<UInt8>) -> Bool {
    let mark = Array(beginning.prefix(markLength))
    return mark == Array("PK".utf8) + [3, 4] || mark == Array("PK".utf8) + [5, 6]
  }

  /// Takes the archive's next bytes. May only be called after `next` has returned `.needsChunk`.
  public mutating func supply(_ chunk: [UInt8]) {
    guard !chunk.isEmpty else { return }
    input = chunk
    packed += chunk.count
    let excess = tail.count - Self.tailLength
    // Not at each chunk, as all that stays is moved.
    if excess > Self.tailLength { tail.removeFirst(excess) }
    tail += chunk
  }

  private static let tailLength = ArchiveLimits.largestDirectory + 0xffff + 1_000

  /// Called instead of `supply` when the archive has no more bytes.
  public mutating func finish() { hasInputEnded = true }

  /// The next step.
  /// - Throws: the same failure each time, from the first one on.
  public mutating func next() throws(ArchiveFailure) -> Step {
    if let failure { throw failure }
    do throws(ArchiveFailure) {
      return try step()
    } catch {
      failure = error
      unpacking.abandon()
      throw error
    }
  }

  private mutating func step() throws(ArchiveFailure) -> Step {
    if phase == .unpacking, let step = try unpack() { return step }
    if phase == .directory {
      input = nil
      guard hasInputEnded else { return .needsChunk }
      try ZIPDirectory(tail: tail[...], length: packed).check(members)
      phase = .ended
    }
    return .ended
  }

  /// - Returns: nil after the last member.
  private mutating func unpack() throws(ArchiveFailure) -> Step? {
    while true {
      if isHungry {
        if let chunk = input {
          input = nil
          unpacking.supply(chunk)
        } else if hasInputEnded {
          unpacking.finish()
        } else {
          return .needsChunk
        }
        isHungry = false
      }
      switch unpacking.next() {
      case .needsChunk: isHungry = true
      case .member(let position, let isEncrypted):
        return .member(try begin(near: position, isEncrypted: isEncrypted))
      case .piece(let bytes):
        try count(bytes)
        return .piece(bytes)
      case .memberEnded: return .memberEnded
      case .ended:
        phase = .directory
        return nil
      case .failed(let text):
        // With all bytes there libarchive would have said something else.
        if hasInputEnded, input == nil { throw .incomplete("it ends within a member") }
        throw .damaged("member \(max(1, members.count)): \(text)")
      }
    }
  }

  /// Finds the header of the member that libarchive has begun.
  private mutating func begin(near position: Int, isEncrypted: Bool) throws(ArchiveFailure)
    -> ZIPMember
  {
    let number = members.count + 1
    guard number <= limits.members else {
      throw .refused(
        "it has more than \(limits.members) members; ask for several smaller archives")
    }
    let start = packed - tail.count
    var local: ZIPEntry?
    // libarchive may still have to pass what stands after the content of the member before.
    for offset in position..<(position + Self.longestRest) where local == nil && offset >= start {
      guard offset - start < tail.count else { break }
      local = ZIPEntry(local: tail[(offset - start)...], offset: offset)
    }
    guard let local else { throw .damaged("at byte \(position) there is no member") }
    guard !isEncrypted, !local.isEncrypted else {
      throw .refused(
        "member \(number) is encrypted; ask for an archive without a password, or unpack it")
    }
    guard Self.packings.contains(local.method) else {
      throw .refused(
        "member \(number) is packed by method \(local.method), which is not read; ask for the usual "
          + "one (deflate), or unpack it")
    }
    let member = try ZIPMember(checking: local.name, number: number)
    if let other = names.updateValue(number, forKey: member.name) {
      throw .refused("members \(other) and \(number) have the same name; ask for one of each")
    }
    members.append(ZIPDirectory.ReadMember(local: local))
    return member
  }

  private static let longestRest = 64

  /// Not packed, and deflate.
  private static let packings = [0, 8]

  private mutating func count(_ bytes: [UInt8]) throws(ArchiveFailure) {
    unpacked += bytes.count
    try limits.check(unpacked: unpacked, packed: packed)
    let last = members.count - 1
    members[last].size += bytes.count
    let sum = bytes.withUnsafeBufferPointer {
      crc32(UInt(members[last].checksum), $0.baseAddress, UInt32($0.count))
    }
    members[last].checksum = Int(sum)
  }
}
