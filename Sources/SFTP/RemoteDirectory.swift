/// A directory of the server that is being listed.
///
/// It comes in runs of some thousand entries, in the server's order. No more is asked ahead than that,
/// so a directory of any length takes little memory. One reader at a time.
///
/// ```swift
/// let directory = try await client.openDirectory(path)
/// while let run = try await directory.next() { take(run.entries) }
/// ```
public struct RemoteDirectory: Sendable {
  let client: SFTPClient
  let directory: OpenDirectory
  public let path: RemotePath

  /// The next run, nil at the end. Nothing more may be asked after that or after an error.
  public func next() async throws(SFTPError) -> RemoteListing? {
    try await client.nextEntries(of: directory, path)
  }
}
