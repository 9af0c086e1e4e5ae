import Ingest
import LayoutGuess
import TrackingFile

/// A local file of which a layout is guessed.
struct SampleFile {
  let path: String
  /// Several of a ZIP archive.
  let samples: [FileSample]
  /// All of standard input, as it can't be read twice; nil: a file.
  let input: [UInt8]?

  /// The most bytes that are read of standard input.
  private static let mostOfInput = 64 << 20

  /// - Parameter path: `-` is standard input.
  /// - Throws: `LocalFiles.ReadError` if it can't be read; `GuessFailure` if nothing can be guessed.
  init(_ path: String) async throws {
    self.path = path
    let isInput = path == "-"
    let (bytes, isWhole) = try await LocalFiles.beginning(
      of: path, atMost: isInput ? Self.mostOfInput : FileSample.most)
    if isInput, !isWhole {
      throw GuessFailure(
        path: path,
        reason: "has more than \(Self.mostOfInput >> 20) MiB; give a file, or a part of it")
    }
    samples = try FileSample.all(path: path, packed: bytes, isWhole: isWhole)
    input = isInput ? bytes : nil
  }
}

extension FileSample {
  /// The samples of a file: one, or those of the first members of a ZIP archive.
  /// - Parameter packed: the file's first bytes, as they are stored.
  static func all(
    path: String, packed: [UInt8], isWhole: Bool
  ) throws(GuessFailure) -> [FileSample] {
    guard ArchiveBeginning.recognises(packed) else {
      return [try FileSample(path: path, packed: packed, isWhole: isWhole)]
    }
    let members: [ArchiveBeginning.Member]
    do throws(FileFailure) {
      members = try ArchiveBeginning.members(of: packed, isWhole: isWhole, atMost: FileSample.most)
    } catch {
      throw GuessFailure(path: path, reason: "can't be unpacked: \(error)")
    }
    guard !members.isEmpty else {
      throw GuessFailure(path: path, reason: "is a ZIP archive without a file in its first part")
    }
    return members.map {
      FileSample(path: "\(path)!\($0.name)", bytes: $0.bytes, isWhole: $0.isWhole)
    }
  }

  /// - Parameter packed: the file's first bytes, as they are stored; not those of a ZIP archive.
  private init(path: String, packed: [UInt8], isWhole: Bool) throws(GuessFailure) {
    do throws(FileFailure) {
      let unpacked = try UnpackedBeginning(of: packed, isWhole: isWhole, atMost: FileSample.most)
      self.init(path: path, bytes: unpacked.bytes, isWhole: unpacked.isWhole)
    } catch {
      throw GuessFailure(path: path, reason: "can't be unpacked: \(error)")
    }
  }
}
