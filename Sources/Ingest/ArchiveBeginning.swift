import Archive
import SFTP
import TrackingFile

/// The members of a ZIP archive of which only the first bytes are there.
public enum ArchiveBeginning {
  /// The first bytes of a member, unpacked.
  public struct Member: Sendable {
    /// Printable.
    public var name: String
    public var bytes: [UInt8]
    /// Whether these are all of the member's bytes.
    public var isWhole: Bool
  }

  /// So many members show what there is.
  private static let mostMembers = 20

  /// Whether a file that begins so is a ZIP archive.
  public static func recognises(_ beginning: [UInt8]) -> Bool { ZIPReader.recognises(beginning) }

  /// - Parameters:
  ///   - packed: the archive's first bytes.
  ///   - isWhole: whether these are all.
  ///   - most: how many bytes of a member are wanted at most.
  /// - Throws: if the archive is damaged or refused before that.
  public static func members(
    of packed: [UInt8], isWhole: Bool, atMost most: Int
  ) throws(FileFailure) -> [Member] {
    var reader = ZIPReader()
    var members: [Member] = []
    /// Whether the pieces that come are of the last of `members`.
    var isWanted = false
    var isSupplied = false
    do throws(ArchiveFailure) {
      while true {
        switch try reader.next() {
        case .needsChunk where !isSupplied:
          reader.supply(packed)
          isSupplied = true
        case .needsChunk:
          guard isWhole else { return members }
          reader.finish()
        case .member(let member):
          if members.count == mostMembers { return members }
          isWanted = !member.isPassedOver(by: .ofMembers)
          if isWanted {
            members.append(Member(name: printable(member.name), bytes: [], isWhole: false))
          }
        case .piece(let bytes) where isWanted:
          members[members.count - 1].bytes += bytes
          if members[members.count - 1].bytes.count > most {
            members[members.count - 1].bytes.removeLast(
              members[members.count - 1].bytes.count - most)
            isWanted = false
          }
        case .piece: continue
        case .memberEnded:
          if isWanted { members[members.count - 1].isWhole = true }
          isWanted = false
        case .ended: return members
        }
      }
    } catch {
      throw FileFailure(error)
    }
  }
}
