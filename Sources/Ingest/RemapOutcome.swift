import ParcelStore

/// What came of following a status map.
public enum RemapOutcome: Sendable {
  /// The map was in force, and every parcel followed it.
  case asBefore
  case followed(RemapSummary)
  /// The map would make known wordings unmapped, so nothing was changed: all that it would change.
  case waits([RemappedWording])
}
