import ParcelStore
import SFTP

/// The folders that files are moved to.
extension PostActions {
  private func folder(_ target: String) -> RemotePath {
    ArchiveFolders.names(target).reduce(source.directory) { $0.appending($1) }
  }

  /// Makes the folder if it is not there.
  /// - Returns: why that is not possible; nil if the folder is there.
  func makeArchive(_ target: String, _ client: SFTPClient) async throws -> String? {
    try await source.noteArchive(target, store)
    var path = source.directory
    do throws(SFTPError) {
      for name in ArchiveFolders.names(target) {
        path = path.appending(name)
        if try await kind(path, client) == nil {
          do throws(SFTPError) {
            try await client.makeDirectory(path)
          } catch {
            // Somebody else may have made it meanwhile.
            guard try await kind(path, client) == .directory else { throw error }
          }
        }
        guard let kind = try await kind(path, client), [.directory, .unknown].contains(kind) else {
          return "cannot move files to \(path) on \(source.endpoint): it is no folder; "
            + "move it away, or give after-ingest another folder"
        }
      }
      return nil
    } catch {
      guard error.isAboutThePath else { throw error }
      return error.description
    }
  }

  /// What is at a path, after symbolic links; nil if there is nothing.
  private func kind(
    _ path: RemotePath, _ client: SFTPClient
  ) async throws(SFTPError) -> FileAttributes.Kind? {
    do throws(SFTPError) {
      return try await client.attributes(of: path, followingLinks: true).kind
    } catch {
      guard error.kind == .noSuchFile else { throw error }
      return nil
    }
  }

  /// Moves a file to a free name.
  func move(
    _ item: Item, from location: RemotePath, to target: String, _ names: TakenNames,
    _ client: SFTPClient
  ) async throws(SFTPError) -> Outcome {
    let file = item.file
    guard let name = item.listed?.components.last else { return Outcome(action: .leave) }
    let candidates = ArchiveName.candidates(
      for: name, digest: hexadecimal((file.sha256 ?? []).prefix(4)), number: file.id.rawValue)
    switch try await move(location, to: target, as: candidates, names, client) {
    case .moved(let name):
      return Outcome(action: .move(to: "\(target)/\(name)", isDone: true))
    case .vanished: return Outcome(action: file.postAction.done())
    case .noFreeName:
      return Outcome(action: file.postAction, problem: noFreeName(location, target))
    case .notOurs:
      return Outcome(action: file.postAction, problem: Self.mayBeWithAnother)
    }
  }

  /// What became of a file that was to be moved.
  enum Move {
    case moved(RemoteName)
    /// Somebody else has moved or deleted it meanwhile.
    case vanished
    /// All names that it could get are taken.
    case noFreeName
    /// Another worker may be doing it.
    case notOurs
  }

  func noFreeName(_ location: RemotePath, _ target: String) -> String {
    "cannot move \(location) on \(source.endpoint): all names that it could get in "
      + "\(target) are taken; clear the archive"
  }

  /// Moves a file to the first free one of some names: on some servers a rename replaces an existing file.
  func move(
    _ location: RemotePath, to target: String, as candidates: [RemoteName], _ names: TakenNames,
    _ client: SFTPClient
  ) async throws(SFTPError) -> Move {
    for candidate in candidates {
      let path = folder(target).appending(candidate)
      guard names.take(path), try await isFree(path, client) else { continue }
      guard mayAct else { return .notOurs }
      do throws(SFTPError) {
        try await client.rename(from: location, to: path)
        return .moved(candidate)
      } catch {
        guard error.isAboutThePath else { throw error }
        let isThere = try await !isFree(path, client)
        if try await isFree(location, client) {
          // It was moved in spite of the error, by us or by somebody else.
          return isThere ? .moved(candidate) : .vanished
        }
        guard isThere else { throw error }
      }
    }
    return .noFreeName
  }

  func isFree(_ path: RemotePath, _ client: SFTPClient) async throws(SFTPError) -> Bool {
    do throws(SFTPError) {
      _ = try await client.attributes(of: path)
      return false
    } catch {
      guard error.kind == .noSuchFile else { throw error }
      return true
    }
  }
}
