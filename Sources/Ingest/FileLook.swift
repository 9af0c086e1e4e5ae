import Archive
import ParcelStore
import TrackingFile

/// What a look at a file found that is not in its rows.
public struct FileLook: Sendable {
  /// As the ledger would know it; nil: of bytes that are no file of this machine.
  public var sighting: FileSighting?
  /// The last header line; empty where the layout has none, or the file ended before it.
  public var header: [UInt8] = []
  /// Data lines, readable or not.
  public var rows = 0
  /// Why it can't be read, or not to its end.
  public var failure: FileFailure?
  /// What may be wrong with its texts.
  public var doubt: TextDoubt?

  public init() {}
}

extension LocalFiles {
  /// Reads a file of this machine, and gives each batch of its rows to the body. Nothing is stored.
  /// - Parameters:
  ///   - path: `-` is standard input.
  ///   - onProgress: called after each chunk.
  /// - Throws: `ReadError`, and what the body throws.
  public static func look(
    at path: String, by layout: Layout, onProgress: @escaping (IngestProgress) -> Void = { _ in },
    _ body: (RecordBatch) async throws -> Void
  ) async throws -> FileLook {
    try await withTaskExecutorPreference(QueueTaskExecutor(label: "local-file")) {
      let file = try LocalFile(path)
      var progress = IngestProgress()
      progress.files = 1
      progress.bytes = file.sighting.size
      file.onProgress = { count in
        progress.bytesDone += Int64(count)
        onProgress(progress)
      }
      var look = try await look(file.sighting.path, by: layout, body) { try await file.next() }
      look.sighting = file.sighting
      return look
    }
  }

  /// The same with the first bytes of a file.
  /// - Parameters:
  ///   - path: that of the file, from which a layout may take the account.
  ///   - isWhole: whether the file has no further bytes. If it has, a line without its end is left out, and
  ///     that the file ends early is no failure.
  public static func look(
    atBeginning bytes: [UInt8], of path: String? = nil, isWhole: Bool, by layout: Layout,
    _ body: (RecordBatch) async throws -> Void
  ) async throws -> FileLook {
    var chunks = bytes.isEmpty ? [] : [bytes]
    var look = try await look(path, by: layout, ending: isWhole ? .whole : .mayBeCut, body) {
      chunks.popLast()
    }
    if !isWhole, look.failure?.mayHeal == true { look.failure = nil }
    return look
  }

  private static func look(
    _ path: String?, by layout: Layout, ending: InputEnding = .whole,
    _ body: (RecordBatch) async throws -> Void,
    chunk: () async throws -> [UInt8]?
  ) async throws -> FileLook {
    var reader = TrackingFileReader(layout: layout, path: path)
    var look = FileLook()
    do {
      reading: while true {
        switch try reader.next() {
        case .needsChunk:
          if let chunk = try await chunk() {
            if reader.rows == 0, ZIPReader.recognises(chunk) {
              throw FileFailure.badArchive(
                "it is a ZIP archive: colisd ingest --dry-run reads its members, and unpacked they can "
                  + "be looked at one by one")
            }
            reader.supply(chunk)
          } else {
            reader.finish(ending)
          }
        case .batch(let batch): try await body(batch)
        case .ended: break reading
        }
      }
    } catch let failure as FileFailure {
      look.failure = failure
    }
    look.header = reader.header
    look.rows = reader.rows
    look.doubt = reader.doubt
    return look
  }
}
