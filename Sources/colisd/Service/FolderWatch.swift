/// Tells when something in a folder changed: a file that was written to its end, moved, linked or
/// removed, or that others may read now; and when another folder stands at its path.
struct FolderWatch: Sendable {
  /// What there is to look at.
  enum Finding: Sendable {
    /// Something was changed.
    case changed
    /// Nobody saw what has changed by now.
    case unseen
  }

  let path: String
  let unfinished: UnfinishedFiles
  /// Told once why the folder can't be watched.
  var onFailure: @Sendable (_ reason: String) -> Void = { _ in }

  /// Changes that an editor or a script makes in a row are reported as one.
  static let quiet = Duration.milliseconds(300)
  /// How long to wait for a folder that can't be watched.
  private static let patience = Duration.seconds(5)

  /// Calls the body after each change, until it is cancelled.
  func run(_ body: @Sendable (Finding, _ seenAt: ContinuousClock.Instant) async -> Void) async {
    var told = ""
    while !Task.isCancelled {
      switch FolderEvents.watch(path, unfinished) {
      case .failure(let failure):
        if failure.reason != told { onFailure(failure.reason) }
        told = failure.reason
        await body(.unseen, .now)
        try? await Task.sleep(for: Self.patience)
      case .success(let events):
        told = ""
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
