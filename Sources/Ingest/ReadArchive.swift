import ParcelStore
import TrackingFile

/// What is known of an archive and its members when it was read to its end, or as far as possible.
struct ReadArchive {
  let sighting: FileSighting
  private(set) var members: [(file: FileSighting, end: FileEnd)] = []
  private var rows = 0
  /// The first member of which most lines were rejected.
  private var mostlyRejected: String?

  init(_ sighting: FileSighting) { self.sighting = sighting }

  mutating func add(_ file: FileSighting, _ reading: FileReading) {
    members.append((file, reading.end))
    rows += reading.rows
    if reading.isMostlyRejected { mostlyRejected = mostlyRejected ?? file.path }
  }

  /// The archive can't be read to its end, or contradicts itself: then nobody knows which of its members are as
  /// they were meant.
  /// - Returns: the archive's end.
  mutating func fail(_ failure: FileFailure) -> FileEnd {
    let end = FileEnd(
      isFinal: !failure.mayHeal || sighting.size != nil,
      state: failure.mayHeal ? .settling : .failed, sha256: nil, error: failure.description,
      postAction: .leave)
    for index in members.indices {
      members[index].end = end
      members[index].end.error = "its archive: \(failure)"
    }
    return end
  }

  /// The end of an archive that was read to its end: it is as good as the worst of its members.
  /// - Parameter postAction: what is to happen to it if all its members came in.
  func end(sha256: [UInt8], postAction: PostAction) -> FileEnd {
    let states = members.map(\.end.state)
    var end = FileEnd(
      isFinal: true, state: .ingested, sha256: sha256, error: nil, postAction: .leave)
    if let first = members.first(where: { $0.end.state == .failed })
      ?? members.first(where: { $0.end.state != .ingested })
    {
      end.state = first.end.state
      end.isFinal = end.state == .failed || sighting.size != nil
      let bad = states.count { $0 != .ingested }
      end.error =
        "\(bad) of its \(members.count) members were not read to their end; the first is "
        + "\(first.file.path): \(first.end.error ?? "")"
    } else if let mostlyRejected {
      end.error = "most lines of \(mostlyRejected) were rejected, so it stays in the drop"
    } else if rows == 0 {
      end.error = "its members have no rows, so it stays in the drop"
    } else {
      end.postAction = postAction
    }
    if end.state == .ingested, postAction == .leave { end.error = nil }
    return end
  }
}
