import Carrier

/// What applying the retention deleted, or would delete.
public struct PruneReport: Sendable {
  /// Events before this instant go: seconds since 1970; nil: events are kept for ever.
  public var oldest: Int64?
  public var events = 0
  public var parcels = 0
  public var heldRows = 0
  /// Copies of files, and how many bytes they took in the store.
  public var copies = 0
  public var copiesBytes = 0
  /// Bytes that were given back to the file system, or that are free in the store.
  public var bytes = 0
  /// Nothing was deleted.
  public var isDry: Bool

  public init(isDry: Bool) { self.isDry = isDry }

  public var text: String {
    var text = ""
    if let oldest {
      let day = WallClock.utc(seconds: oldest).prefix(10)
      text +=
        "\(Self.counted(events, "event")) from before \(day) \(verb(events)), and "
        + "\(Self.counted(parcels, "parcel")) with them\n"
    } else {
      text += "events are kept for ever: retention.events is not set\n"
    }
    if heldRows > 0 { text += "\(Self.counted(heldRows, "held row")) \(verb(heldRows))\n" }
    if copies > 0 {
      text += copies == 1 ? "1 copy of a file" : "\(copies) copies of files"
      text += " (\(Self.megabytes(copiesBytes))) \(verb(copies))\n"
    }
    if bytes > 0 {
      text += "\(Self.megabytes(bytes)) \(isDry ? "are free already" : "were given back")\n"
    }
    return text
  }

  private func verb(_ count: Int) -> String {
    isDry ? "would go" : count == 1 ? "is gone" : "are gone"
  }

  private static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(count == 1 ? noun : noun + "s")"
  }

  private static func megabytes(_ bytes: Int) -> String {
    let tenths = (bytes + 50_000) / 100_000
    return "\(tenths / 10).\(tenths % 10) MB"
  }

  public var json: JSON {
    .object([
      ("dry_run", .bool(isDry)), ("events_before", JSON(utc: oldest)), ("events", JSON(events)),
      ("parcels", JSON(parcels)), ("held", JSON(heldRows)),
      ("copies", JSON(copies)), ("copies_bytes", JSON(copiesBytes)),
      (isDry ? "bytes_free" : "bytes_given_back", JSON(bytes)),
    ])
  }
}
