import Ingest
import SFTP
import SSH

/// The steps with which a drop is tried out, each by itself: `check --connect` and `init` take them. None of
/// them changes anything on the server.
struct DropSteps: Sendable {
  let source: DropSource
  /// Says which files are sidecars.
  var settle = SettleRule.none

  /// So much is read of a file to see what it is.
  static let beginning = 64 << 10

  /// The keys that the server shows, the one that is used first in front; nobody logs in.
  static func hostKeys(
    of endpoint: SSHEndpoint, within timeout: Duration, allowsLegacyAlgorithms: Bool = false
  ) async throws -> HostKeyLook {
    let interrupt = Interrupt()
    return try await withTaskCancellationHandler {
      // It waits on its thread.
      try await withTaskExecutorPreference(QueueTaskExecutor(label: "host-keys")) {
        try SSHSession.hostKeys(
          of: endpoint, allowsLegacyAlgorithms: allowsLegacyAlgorithms, until: .now + timeout,
          interrupt: interrupt)
      }
    } onCancel: {
      interrupt.fire()
    }
  }

  /// The keys that the server shows, and which of them are trusted, in a sentence.
  func hostKeySentence() async throws -> String {
    let access = source.access
    let look = try await Self.hostKeys(
      of: access.endpoint, within: source.limits.timeout,
      allowsLegacyAlgorithms: access.allowsLegacyAlgorithms)
    let words = try look.keys.map { key in
      let isTrusted = try access.hostKeys.trusts(key, of: access.endpoint)
      return "\(key.algorithm) \(key.fingerprint)" + (isTrusted ? " (trusted)" : "")
    }
    let unchecked = look.unchecked.isEmpty ? "" : "; not checked: \(HostKeyList.unchecked(look))"
    return "the server shows " + words.joined(separator: ", ") + unchecked
  }

  /// Connects, logs in and lists.
  /// - Parameter readingBeginning: whether the first bytes of the newest tracking file are read as well.
  func look(readingBeginning: Bool) async throws -> DropLook {
    try await source.withClient { client in
      let listing = try await client.list(source.directory)
      let files = listing.entries.filter {
        $0.kind != .directory && source.root.filter.admits($0.name.bytes)
      }
      var look = DropLook(
        directory: source.directory.description, entries: listing.entries.count,
        files: files.count,
        unmatched: source.root.unmatchedNames(among: listing.entries, settle: settle))
      let newest = files.filter { $0.size != 0 && $0.kind != .symlink }
        .max { ($0.mtime ?? 0, $1.name) < ($1.mtime ?? 0, $0.name) }
      guard readingBeginning, let newest else { return look }
      do throws(SFTPError) {
        look.beginning = try await Self.read(newest, in: source.directory, client)
      } catch {
        // It may be gone by now, or not be for this account: the rest of the look is still good.
        look.unread = error.description
      }
      return look
    }
  }

  private static func read(
    _ entry: RemoteEntry, in directory: RemotePath, _ client: SFTPClient
  ) async throws(SFTPError) -> FileBeginning {
    let file = await client.open(directory.appending(entry.name), expectedSize: entry.size)
    var bytes: [UInt8] = []
    var isWhole = false
    do throws(SFTPError) {
      while bytes.count < beginning {
        guard let segment = try await file.next() else {
          isWhole = true
          break
        }
        bytes += segment
      }
    } catch {
      await file.close()
      throw error
    }
    await file.close()
    if bytes.count > beginning {
      bytes.removeLast(bytes.count - beginning)
      isWhole = false
    }
    return FileBeginning(name: entry.name.description, bytes: bytes, isWhole: isWhole)
  }
}
