/// Remembers earlier listings, to find out which files are no longer being written.
///
/// Times of the server are only compared with each other, never with the clock of this machine.
package struct SettleWatch {
  private struct Look: Sendable {
    var size: UInt64?
    var mtime: UInt32?
    var since: ContinuousClock.Instant
    var listings: Int
    /// Of the first listing with it, however it has changed since.
    var first: ContinuousClock.Instant
  }

  private var looks: [ListedFile.ID: Look] = [:]

  package init() {}

  /// Compares a listing with the ones before.
  /// - Parameters:
  ///   - files: those of the listing that were not ingested yet; all others are forgotten.
  ///   - newestTime: the newest time in the whole listing, in seconds since 1970 by the server's clock.
  /// - Returns: the files that are complete by the rule, and the others, with `seenAt`.
  package mutating func judge(
    _ files: [ListedFile], rule: SettleRule, newestTime: UInt32?,
    now: ContinuousClock.Instant = .now
  ) -> (ready: [ListedFile], waiting: [ListedFile]) {
    var seen: [ListedFile.ID: Look] = [:]
    var ready: [ListedFile] = []
    var waiting: [ListedFile] = []
    for var file in files {
      var look = Look(size: file.size, mtime: file.mtime, since: now, listings: 1, first: now)
      if let before = looks[file.id] {
        look.first = before.first
        if before.size == file.size, before.mtime == file.mtime {
          look.since = before.since
          look.listings = before.listings + 1
        }
      }
      seen[file.id] = look
      file.seenAt = look.first
      let isReady =
        switch rule {
        case .none: true
        case .sidecar: !file.sidecars.isEmpty
        case .listing: look.listings >= 2
        // One listing is not enough: a single file with a time in the future would make all others old.
        case .age(let age):
          now - look.since >= age || (look.listings >= 2 && isOld(file, age, newestTime))
        }
      if isReady { ready.append(file) } else { waiting.append(file) }
    }
    looks = seen
    return (ready, waiting)
  }

  /// Whether the newest file of the server is younger than this one by that age.
  private func isOld(_ file: ListedFile, _ age: Duration, _ newestTime: UInt32?) -> Bool {
    guard let newestTime, let mtime = file.mtime, newestTime > mtime else { return false }
    return Duration.seconds(Int64(newestTime - mtime)) >= age
  }
}
