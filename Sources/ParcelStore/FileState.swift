/// How far a file has come.
public enum FileState: String, Sendable, CaseIterable {
  /// Seen, but still being written: read later.
  case settling
  /// Being read; after a crash it is read again from its start.
  case ingesting
  /// Read to its end; its events, held rows and rejects are kept.
  case ingested
  /// Read as far as possible; read again only when it changes.
  case failed
  /// Not read, because its account may not be ingested yet.
  case held
  /// Two complete listings in a row did not show it any more; read again when it comes back.
  case gone
  /// Somebody has dismissed it; read again only when it changes.
  case dismissed
}
