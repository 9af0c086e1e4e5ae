/// Watches a folder. Reports a file that was written to its end, moved, linked, removed or made readable,
/// and another folder at the same path.
struct FolderWatch: Sendable {
  /// What there is to look at.
  enum Finding: Sendable {
    /// Something was changed.
    case changed
    /// There may have been changes that were not seen.
    case unseen
  }

  let path: String
  let unfinished: UnfinishedFiles
  /// Called once for each reason why the folder can't be watched.
  var onFailure: @Sendable (_ reason: String) -> Void = { _ in }

  /// Changes that an editor or a script makes in a row are reported as one.
  static let quiet = Duration.milliseconds(300)
  /// How long to wait for a folder that can't be watched.
  private static let patience = Duration.seconds(5)

  /// Calls the body after each change, until it is cancelled.
  func run(_ body: @Sendable (Finding, _ seenAt: ContinuousClock.Instant) async -> Void) async {
    var lastReason = ""
    while !Task.isCancelled {
      switch FolderEvents.watch(path, unfinished) {
      case .failure(let failure):
        if failure.reason != lastReason { onFailure(failure.reason) }
        lastReason = failure.reason
        await body(.unseen, .now)
        try? await Task.sleep(for: Self.patience)
      case .success(let events):
        lastReason = ""
        await body(.unseen, .now)
        for await event in events {
          try? await Task.sleep(for: Self.quiet)
          if Task.isCancelled { return }
          // Once another folder is watched, all of its changes are reported.
          if event.isGone { break }
          await body(.changed, event.seenAt)
        }
      }
    }
  }
}
