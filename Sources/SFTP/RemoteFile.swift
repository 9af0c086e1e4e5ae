/// A file of the server that is being read.
///
/// It comes in segments of 256 KiB, the last one shorter. No more is read ahead than 4 MiB, so a
/// reader that takes its time holds the server back. After the last segment the file's attributes
/// are compared with those it had when it was opened; a file that moved meanwhile throws
/// `changedWhileReading`, one that ended too early `endedEarly`. So take what was read for the
/// file only once `next()` has returned nil. One reader at a time.
///
/// ```swift
/// try await client.withFile(path) { file in
///   while let segment = try await file.next() { hash.update(data: segment) }
/// }
/// ```
public struct RemoteFile: Sendable {
  let client: SFTPClient
  let id: UInt64
  public let path: RemotePath

  /// The next segment, nil at the verified end, where the file is given back to the server by itself.
  public func next() async throws(SFTPError) -> [UInt8]? {
    try await client.nextSegment(id, path)
  }

  /// Gives the file back to the server; the file must not be used after it. Harmless if repeated.
  public func close() async {
    await client.close(id)
  }
}
