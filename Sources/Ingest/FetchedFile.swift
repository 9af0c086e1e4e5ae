import SFTP

/// A file of the server that is being read; reports the progress.
final class FetchedFile: ChunkSource {
  private let file: RemoteFile
  private let observer: any IngestObserver
  private(set) var progress: IngestProgress
  private(set) var hasEnded = false

  init(_ file: RemoteFile, _ progress: IngestProgress, _ observer: any IngestObserver) {
    self.file = file
    self.progress = progress
    self.observer = observer
  }

  func next() async throws -> [UInt8]? {
    guard let chunk = try await file.next() else {
      hasEnded = true
      return nil
    }
    progress.bytesDone += Int64(chunk.count)
    observer.received(chunk.count)
    observer.progress(progress)
    return chunk
  }
}
