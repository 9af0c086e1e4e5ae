/// When a file counts as written to its end.
public enum SettleRule: Sendable, Hashable {
  /// Two listings in a row show the same size and time.
  case listing
  /// It is this old by the server's own clock, or was seen unchanged for this long.
  case age(Duration)
  /// At once: the carrier renames files into place.
  case none

  /// How long to wait before each further look of the same run.
  /// - Parameter forRest: whether this run is the only one, so that it waits for an age too.
  func waits(forRest: Bool) -> [Duration] {
    switch self {
    case .none: []
    case .listing: [Self.pause]
    // A longer age is left to the next run.
    case .age(let age): forRest && age <= .seconds(30) ? [Self.pause, age] : [Self.pause]
    }
  }

  /// Between two listings that are to agree.
  private static let pause = Duration.seconds(2)
}

/// Remembers what earlier listings showed, and tells which files are at rest.
///
/// Only the server's own listings are compared with each other, never its clock with ours.
package struct SettleWatch {
  private struct Look: Sendable {
    var size: UInt64?
    var mtime: UInt32?
    var since: ContinuousClock.Instant
    var listings: Int
  }

  private var looks: [ListedFile.ID: Look] = [:]

  /// Takes in a listing and splits the files that are new into those at rest and the others.
  package init() {}

  package mutating func judge(
    _ files: [ListedFile], rule: SettleRule, newestTime: UInt32?,
    now: ContinuousClock.Instant = .now
  ) -> (ready: [ListedFile], waiting: [ListedFile]) {
    var seen: [ListedFile.ID: Look] = [:]
    var ready: [ListedFile] = []
    var waiting: [ListedFile] = []
    for file in files {
      var look = Look(size: file.size, mtime: file.mtime, since: now, listings: 1)
      if let before = looks[file.id], before.size == file.size, before.mtime == file.mtime {
        look.since = before.since
        look.listings = before.listings + 1
      }
      seen[file.id] = look
      let isReady =
        switch rule {
        case .none: true
        case .listing: look.listings >= 2
        // One listing is not enough: a single wrong time in the drop would make all files old.
        case .age(let age):
          now - look.since >= age || (look.listings >= 2 && isOld(file, age, newestTime))
        }
      if isReady { ready.append(file) } else { waiting.append(file) }
    }
    looks = seen
    return (ready, waiting)
  }

  /// Whether the server wrote something else long after it wrote this file.
  private func isOld(_ file: ListedFile, _ age: Duration, _ newestTime: UInt32?) -> Bool {
    guard let newestTime, let mtime = file.mtime, newestTime > mtime else { return false }
    return Duration.seconds(Int64(newestTime - mtime)) >= age
  }
}
