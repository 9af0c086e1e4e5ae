import ParcelStore
import SFTP

/// Where the files come from that are read over one connection, in runs.
protocol FileSupply: Sendable {
  /// The next files, in the order in which they are read; none: that is all.
  /// - Parameter progress: learns how many there are.
  mutating func next(_ progress: inout IngestProgress) async throws -> [ListedFile]
}

/// Files that nobody else reads: one run.
struct OwnFiles: FileSupply {
  private var files: [ListedFile]

  init(_ files: [ListedFile]) { self.files = files }

  mutating func next(_ progress: inout IngestProgress) -> [ListedFile] {
    defer { files = [] }
    progress.files += files.count
    progress.bytes = files.bytes.flatMap { bytes in progress.bytes.map { $0 + bytes } }
    return files
  }
}

extension [ListedFile] {
  /// Nil where the server does not tell a size.
  var bytes: Int64? {
    reduce(Int64?(0)) { sum, file in
      guard let sum, let size = file.size else { return nil }
      return sum &+ Int64(clamping: size)
    }
  }
}
