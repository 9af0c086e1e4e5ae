import Archive
import ParcelStore
import SFTP
import TrackingFile

extension LocalFiles {
  /// Reads a file of this machine, or the members of a ZIP archive. Nothing is stored.
  ///
  /// ```swift
  /// try await LocalFiles.look(at: "drop.zip", by: .colisPrive) { step in
  ///   if case .ended(let look) = step { print(look.path, look.rows) }  // drop.zip!A.csv 12
  /// }
  /// ```
  /// - Parameters:
  ///   - path: `-` is standard input.
  ///   - onProgress: called after each chunk.
  /// - Throws: `ReadError`, and what the body throws.
  public static func look(
    at path: String, by layout: Layout, onProgress: @escaping (IngestProgress) -> Void = { _ in },
    _ body: (LookStep) async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(QueueTaskExecutor(label: "local-file")) {
      let file = try LocalFile(path)
      var progress = IngestProgress()
      progress.files = 1
      progress.bytes = file.sighting.size
      file.onProgress = { count in
        progress.bytesDone += Int64(count)
        onProgress(progress)
      }
      let look = Looking(path: path, at: file.sighting.path, layout: layout, ending: .whole)
      try await look.read(file) { step in
        guard case .ended(var found) = step, found.path == path else { return try await body(step) }
        found.sighting = file.sighting
        try await body(.ended(found))
      }
    }
  }

  /// The same with the first bytes of a file.
  /// - Parameters:
  ///   - path: that of the file, from which a layout may take the account.
  ///   - isWhole: whether the file has no further bytes. If it has, a line without its end is left out, and
  ///     that the file ends early is no failure.
  public static func look(
    atBeginning bytes: [UInt8], of path: String, isWhole: Bool, by layout: Layout,
    _ body: (LookStep) async throws -> Void
  ) async throws {
    let look = Looking(
      path: path, at: path, layout: layout, ending: isWhole ? .whole : .mayBeCut)
    try await look.read(GivenBytes(bytes), body)
  }
}

/// Bytes that are there already.
private final class GivenBytes: ChunkSource {
  private var bytes: [UInt8]?

  init(_ bytes: [UInt8]) { self.bytes = bytes.isEmpty ? nil : bytes }

  func next() async throws -> [UInt8]? { bytes.take() }
}

/// A look at one file.
private struct Looking {
  let path: String
  /// What a layout takes from a path, it takes from this one.
  let at: String
  let layout: Layout
  let ending: InputEnding

  func read(
    _ chunks: any ChunkSource, _ body: (LookStep) async throws -> Void
  ) async throws {
    let begun = BegunFile(chunks)
    guard ZIPReader.recognises(try await begun.beginning(ZIPReader.markLength)) else {
      return try await read(begun, path, at: at, body)
    }
    do {
      try await readMembers(ArchiveMembers(begun), body)
    } catch let failure as FileFailure {
      guard !isExpected(failure) else { return }
      var look = FileLook(path: path)
      look.failure = failure
      try await body(.ended(look))
    }
  }

  /// As the intake reads an archive: an archive is like a folder here, and may itself name the account.
  private func readMembers(
    _ members: ArchiveMembers, _ body: (LookStep) async throws -> Void
  ) async throws {
    var isEmpty = true
    while let member = try await members.nextMember() {
      guard !member.isPassedOver(by: .ofMembers) else { continue }
      isEmpty = false
      let name = printable(member.name)
      let inside = layout.account(in: "\(at)/\(name)") == nil ? at : "\(at)/\(name)"
      try await read(members, "\(path)!\(name)", at: inside, body)
    }
    if isEmpty {
      throw FileFailure.badArchive("it has no files in it; ask who made it")
    }
  }

  private func read(
    _ chunks: any ChunkSource, _ name: String, at path: String,
    _ body: (LookStep) async throws -> Void
  ) async throws {
    var reader = TrackingFileReader(layout: layout, path: path)
    var look = FileLook(path: name)
    do {
      reading: while true {
        switch try reader.next() {
        case .needsChunk:
          if let chunk = try await chunks.next() {
            reader.supply(chunk)
          } else {
            reader.finish(ending)
          }
        case .batch(let batch): try await body(.batch(batch))
        case .ended: break reading
        }
      }
    } catch let failure as FileFailure {
      if !isExpected(failure) { look.failure = failure }
    }
    look.header = reader.header
    look.rows = reader.rows
    look.doubt = reader.doubt
    try await body(.ended(look))
  }

  /// Of a file of which only the beginning is there it is no failure that it ends early.
  private func isExpected(_ failure: FileFailure) -> Bool {
    ending == .mayBeCut && failure.mayHeal
  }
}
