import ParcelStore

/// When a file that is in the store may be removed from the server.
package struct RemovalRule: Sendable {
  /// Seconds.
  private let grace: Int64

  /// A file without rows may be one that its writer has only begun. Seconds.
  private static let graceWithoutRows: Int64 = 86_400

  package init(grace: Duration) { self.grace = grace.components.seconds }

  /// Whether a file that has not changed may be moved or deleted now.
  /// - Parameter now: seconds since 1970.
  package func allows(_ file: LedgerFile, now: Int64) -> Bool {
    guard !file.isMostlyRejected else { return false }
    // An archive itself has no rows; one whose members have none is never to be removed.
    let wait = file.counts.rows == 0 && !file.isArchive ? max(grace, Self.graceWithoutRows) : grace
    guard wait > 0 else { return true }
    // Nobody knows for how long it has been unchanged.
    guard let seenAt = file.seenAt else { return false }
    return now - seenAt >= wait
  }
}
