import ParcelStore
import SFTP

/// The files of a source that several workers share: claimed in small runs, so that each worker gets its part.
struct SharedFiles: FileSupply {
  let team: any WorkerTeam
  private let source: SourceID
  /// By path: what this process's listing says of them.
  private let listed: [[UInt8]: ListedFile]
  /// A file that is to be read while no other is open; it ends the run before it.
  private(set) var alone: ListedFile?
  /// What this worker has claimed, by path.
  private(set) var claimed: Set<[UInt8]> = []

  /// - Parameter listed: of this process's listing; none if another worker has listed the source.
  init(_ team: any WorkerTeam, _ source: SourceID, _ listed: [ListedFile] = []) {
    self.team = team
    self.source = source
    self.listed = Dictionary(
      listed.map { ($0.sighting.pathBytes, $0) }, uniquingKeysWith: { $1 })
  }

  mutating func next(_ progress: inout IngestProgress) async throws -> [ListedFile] {
    alone = nil
    let claims = try await team.claim(of: source, ClaimLimits())
    guard let first = claims.first else { return [] }
    let files = claims.compactMap { file(of: $0) }
    let rest = try await team.unread(of: source)
    progress.files = progress.filesDone + files.count + rest.waiting
    progress.bytes = files.bytes.flatMap { bytes in
      rest.bytes.map { progress.bytesDone + bytes + $0 }
    }
    claimed.formUnion(claims.map(\.file.pathBytes))
    if first.isAlone {
      alone = files.first
      return []
    }
    return files
  }

  private func file(of claim: ClaimedFile) -> ListedFile? {
    guard let bytes = unprinted(claim.file.path) else { return nil }
    var names: [RemoteName] = []
    for part in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard let name = RemoteName(Array(part)) else { return nil }
      names.append(name)
    }
    var file = ListedFile(
      source: source, components: names, size: claim.file.size.map { UInt64(clamping: $0) },
      mtime: claim.file.mtime.map { UInt32(clamping: $0) })
    file.seenAt = listed[claim.file.pathBytes]?.seenAt ?? .now
    file.claim = claim.claim
    return file
  }
}
