import Archive

/// An archive that was unpacked to its end, or as far as possible.
struct Unpacked: Equatable {
  struct Member: Equatable {
    var name: String
    var content: [UInt8]
    var isWhole = false
  }

  private(set) var members: [Member] = []
  private(set) var failure: ArchiveFailure?

  /// - Parameter size: of the chunks that the reader gets.
  init(_ bytes: [UInt8], chunks size: Int = 1_000_000, limits: ArchiveLimits = ArchiveLimits()) {
    var reader = ZIPReader(limits: limits)
    var rest = bytes[...]
    do throws(ArchiveFailure) {
      reading: while true {
        switch try reader.next() {
        case .needsChunk:
          if rest.isEmpty { reader.finish() } else { reader.supply(Array(rest.prefix(size))) }
          rest = rest.dropFirst(size)
        case .member(let member):
          members.append(Member(name: String(decoding: member.name, as: UTF8.self), content: []))
        case .piece(let bytes): members[members.count - 1].content += bytes
        case .memberEnded: members[members.count - 1].isWhole = true
        case .ended: break reading
        }
      }
    } catch {
      failure = error
    }
  }

  /// `a.csv 720`: names with the sizes of what was unpacked.
  var list: [String] { members.map { "\($0.name) \($0.content.count)" } }
}
