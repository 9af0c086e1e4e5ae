import ParcelStore

/// When a file that is in the store may be removed from the server.
package struct RemovalRule: Sendable {
  /// Seconds.
  private let grace: Int64

  /// What brought nothing may be a file that its writer has only begun.
  private static let graceWithoutRows: Int64 = 86_400

  package init(grace: Duration) { self.grace = grace.components.seconds }

  /// Whether a file that looks the same now as it did then may go.
  /// - Parameter now: seconds since 1970.
  package func allows(_ file: LedgerFile, now: Int64) -> Bool {
    guard !file.isMostlyRejected else { return false }
    let wait = file.counts.rows == 0 ? max(grace, Self.graceWithoutRows) : grace
    guard wait > 0 else { return true }
    // Before the first look that was noted nothing is known of it.
    guard let seenAt = file.seenAt else { return false }
    return now - seenAt >= wait
  }
}
