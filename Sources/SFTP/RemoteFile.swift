/// A file of the server that is being read.
///
/// `next()` gives segments of 256 KiB; the last one is shorter. At most 4 MiB are read ahead. After the last segment
/// the file's attributes are compared with those at its opening: `next()` throws `changedWhileReading` if the file
/// has changed meanwhile, and `endedEarly` if it was too short. So the bytes are only good when `next()` has
/// returned nil. Only one task at a time may call it.
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

  /// The next segment; nil at the verified end, where the file is closed by itself.
  public func next() async throws(SFTPError) -> [UInt8]? {
    try await client.nextSegment(id, path)
  }

  /// Closes the file; it must not be used after that. May be called again.
  public func close() async {
    await client.close(id)
  }
}
