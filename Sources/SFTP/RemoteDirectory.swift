/// A directory of the server that is being listed.
///
/// `next()` gives some thousand entries at a time, in the server's order. No more than that is read ahead,
/// so even a huge directory needs little memory. Only one task at a time may call `next()`.
///
/// ```swift
/// let directory = try await client.openDirectory(path)
/// while let run = try await directory.next() { take(run.entries) }
/// ```
public struct RemoteDirectory: Sendable {
  let client: SFTPClient
  let directory: OpenDirectory
  public let path: RemotePath

  /// The next entries; nil at the end. Must not be called again after the end or after an error.
  public func next() async throws(SFTPError) -> RemoteListing? {
    try await client.nextEntries(of: directory, path)
  }
}
