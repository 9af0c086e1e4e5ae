import Ingest
import LayoutGuess
import TrackingFile

/// A local file of which a layout is guessed.
struct SampleFile {
  let sample: FileSample
  /// All of standard input, as it can't be read twice; nil: a file.
  let input: [UInt8]?

  /// The most bytes that are read of standard input.
  private static let mostOfInput = 64 << 20

  /// - Parameter path: `-` is standard input.
  /// - Throws: `LocalFiles.ReadError` if it can't be read; `GuessFailure` if nothing can be guessed.
  init(_ path: String) async throws {
    let isInput = path == "-"
    let (bytes, isWhole) = try await LocalFiles.beginning(
      of: path, atMost: isInput ? Self.mostOfInput : FileSample.most)
    if isInput, !isWhole {
      throw GuessFailure(
        path: path,
        reason: "has more than \(Self.mostOfInput >> 20) MiB; give a file, or a part of it")
    }
    sample = try FileSample(path: path, packed: bytes, isWhole: isWhole)
    input = isInput ? bytes : nil
  }
}

extension FileSample {
  /// - Parameter packed: the file's first bytes, as they are stored.
  init(path: String, packed: [UInt8], isWhole: Bool) throws(GuessFailure) {
    let zip: [UInt8] = [0x50, 0x4b, 0x03, 0x04]
    guard !packed.starts(with: zip) else {
      throw GuessFailure(
        path: path, reason: "is a ZIP archive; unpack it and give one of its files")
    }
    do throws(FileFailure) {
      let unpacked = try UnpackedBeginning(of: packed, isWhole: isWhole, atMost: FileSample.most)
      self.init(path: path, bytes: unpacked.bytes, isWhole: unpacked.isWhole)
    } catch {
      throw GuessFailure(path: path, reason: "can't be unpacked: \(error)")
    }
  }
}
