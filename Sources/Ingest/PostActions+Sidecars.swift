import ParcelStore
import SFTP

/// Sidecars go the way of their files, and after them: as long as the file is there, its sidecar is, too.
extension PostActions {
  /// Moves or deletes the sidecars of a file that was moved or deleted.
  /// - Returns: why that was not possible; nil when they are gone. The file's action stays pending then, so that
  ///   the next poll tries it again: a sidecar without a file would vouch for the next file of that name.
  func removeSidecars(
    of item: Item, _ names: TakenNames, _ client: SFTPClient
  ) async throws(SFTPError) -> String? {
    for sidecar in uses.free(item.sidecars, after: Array(item.file.path.utf8)) {
      let location = sidecar.reduce(source.directory) { $0.appending($1) }
      do throws(SFTPError) {
        switch item.file.postAction {
        case .leave: break
        case .delete:
          guard mayAct else { return Self.mayBeWithAnother }
          try await client.remove(location)
        case .move(let target, _):
          guard let name = sidecar.last else { continue }
          let candidates = ArchiveName.candidates(
            for: name, digest: "sidecar", number: item.file.id.rawValue)
          switch try await move(location, to: target, as: candidates, names, client) {
          case .moved, .vanished: break
          case .noFreeName: return noFreeName(location, target)
          case .notOurs: return Self.mayBeWithAnother
          }
        }
      } catch {
        guard error.isAboutThePath else { throw error }
        if error.kind == .noSuchFile, try await isFree(location, client) { continue }
        return error.description
      }
    }
    return nil
  }
}
